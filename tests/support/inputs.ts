/** Creates the secrets and configs that a draft refers to. */

import { referencesOf } from '../../core/deployment/inputs.ts';
import type { DeploymentDraft } from '../../core/deployment/spec/draft.ts';
import { normalize } from '../../core/deployment/spec/normalize.ts';
import type { DeploymentSpec } from '../../core/deployment/spec/spec.ts';
import type { Write } from '../../core/ports.ts';
import { aConfig, aSecret } from './records.ts';

/** What holds every key that a spec asks a config for. */
const keyed = ({ volumes }: DeploymentSpec): string =>
  JSON.stringify(Object.fromEntries(volumes.flatMap(({ key }) => (key === undefined ? [] : [[key, 'x']]))));

/** Stores each secret and config that a draft refers to, in its first version. */
export async function provideInputs(draft: DeploymentDraft, { write }: { readonly write: Write }) {
  const { namespace, spec, confidential } = normalize(draft);
  await write(async ({ secrets, configs }) => {
    for (const { kind, name } of referencesOf(spec, confidential)) {
      const store = kind === 'secret' ? secrets : configs;
      if (await store.findByName(namespace, name)) continue;
      if (kind === 'secret') await secrets.insert(aSecret({ name, namespace }));
      else await configs.insert(aConfig({ name, namespace, data: keyed(spec) }));
    }
  });
}
