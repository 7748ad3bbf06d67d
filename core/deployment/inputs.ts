/**
 * The secrets and configs that a spec refers to, and the versions of them that a revision uses. revise-users.ts decides
 * what happens when one of them changes.
 */

import { keyViolations } from '../config/keys.ts';
import { invalidRequest, type Violation } from '../errors.ts';
import { below } from '../pointer.ts';
import type { Stores } from '../ports.ts';
import type { RevisionInput } from './record.ts';
import type { Confidential, Declaration, DeploymentSpec } from './spec/spec.ts';

/** A reference to a secret or a config in a spec. */
export interface Reference {
  readonly kind: RevisionInput['kind'];
  readonly name: string;
  /** JSON pointer to the reference. */
  readonly pointer: string;
}

/** Returns every reference of a spec, in order: those of the environment, then those of volumes. */
export function referencesOf(
  { volumes }: Pick<DeploymentSpec, 'volumes'>,
  { environment }: Pick<Confidential, 'environment'>,
  environmentName = 'secrets',
): readonly Reference[] {
  const ofEnvironment = Object.entries(environment).flatMap(([name, value]): Reference[] =>
    typeof value === 'string'
      ? []
      : [
          {
            kind: 'secret',
            name: value.secretRef,
            pointer: `${below(`/${environmentName}`, name)}/secretRef`,
          },
        ],
  );
  const ofVolumes = volumes.flatMap(({ type, source }, index): Reference[] =>
    type === 'secret' || type === 'config'
      ? [{ kind: type, name: source, pointer: `/volumes/${index}/source` }]
      : [],
  );
  return [...ofEnvironment, ...ofVolumes];
}

/**
 * Inside a transaction: returns each secret and config that a declaration refers to, once, in its newest version.
 * INVALID_REQUEST naming every reference whose secret or config, or whose key, does not exist.
 */
export async function inputsOf(
  { namespace, spec, confidential, environmentName }: Omit<Declaration, 'name' | 'runtime' | 'replicas'>,
  stores: Pick<Stores, 'secrets' | 'configs'>,
): Promise<readonly RevisionInput[]> {
  const inputs = new Map<string, RevisionInput>();
  const violations: Violation[] = [];
  for (const { kind, name, pointer } of referencesOf(spec, confidential, environmentName)) {
    const known = inputs.get(`${kind}/${name}`) ?? (await newest({ kind, name, namespace }, stores));
    if (known) inputs.set(`${kind}/${name}`, known);
    else violations.push({ pointer, message: missing(kind, name, namespace) });
  }
  violations.push(...(await keyViolations({ namespace, spec }, stores.configs)));
  if (violations.length > 0) throw invalidRequest(violations);
  return [...inputs.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/**
 * Returns the same inputs in their newest versions; INVALID_REQUEST at the pointer, naming each that does not exist any
 * more.
 */
export async function renewed(
  inputs: readonly RevisionInput[],
  { namespace, pointer }: { readonly namespace: string; readonly pointer: string },
  stores: Pick<Stores, 'secrets' | 'configs'>,
): Promise<readonly RevisionInput[]> {
  const found: RevisionInput[] = [];
  const violations: Violation[] = [];
  for (const { kind, name } of inputs) {
    const input = await newest({ kind, name, namespace }, stores);
    if (input) found.push(input);
    else violations.push({ pointer, message: missing(kind, name, namespace) });
  }
  if (violations.length > 0) throw invalidRequest(violations);
  return found;
}

interface Named extends Pick<RevisionInput, 'kind' | 'name'> {
  readonly namespace: string;
}

async function newest(
  { kind, name, namespace }: Named,
  { secrets, configs }: Pick<Stores, 'secrets' | 'configs'>,
): Promise<RevisionInput | null> {
  const found = await (kind === 'secret' ? secrets : configs).findByName(namespace, name);
  return found ? { kind, name, version: found.version } : null;
}

const missing = (kind: RevisionInput['kind'], name: string, namespace: string): string =>
  `there is no ${kind} ${name} in namespace ${namespace}: create it first with POST /${kind}s`;

const keyOf = ({ kind, name }: RevisionInput): string => `${kind}/${name}`;
