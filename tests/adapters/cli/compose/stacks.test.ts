/** Ten Compose files in the style of well-known stacks: what each becomes, what is told, and that Ring would take it. */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { convertCompose } from '../../../../adapters/cli/compose/convert.ts';
import { parseEnvFile } from '../../../../adapters/cli/manifest/environment.ts';
import { readManifests } from '../../../../adapters/cli/manifest/manifests.ts';
import { readYaml } from '../../../../adapters/cli/manifest/read-yaml.ts';
import { normalize } from '../../../../core/deployment/spec/normalize.ts';

const stacks = resolve(import.meta.dirname, '../../../fixtures/compose');

/** What somebody would set who applies them. */
const variables = {
  MYSQL_ROOT_PASSWORD: 'secret',
  POSTGRES_PASSWORD: 'secret',
  SMTP_PASSWORD: 'secret',
  TZ: 'Europe/Berlin',
  BASE_URL: 'https://example.com',
  SECRET_KEY_BASE: 'secret',
  UPLOAD_LOCATION: '/srv/photos',
  DB_PASSWORD: 'secret',
  DB_USERNAME: 'immich',
  DB_DATABASE_NAME: 'immich',
};

const convert = async (name: string) => {
  const { documents, faults } = readYaml(await readFile(join(stacks, name, 'docker-compose.yml'), 'utf8'));
  expect(faults).toEqual([]);
  return convertCompose(documents[0]?.value, {
    project: name,
    profiles: [],
    folder: `/srv/${name}`,
    home: '/home/me',
    readEnvFile(path) {
      const place = join(stacks, name, path);
      return existsSync(place) ? parseEnvFile(readFileSync(place, 'utf8')) : null;
    },
  });
};

const names = await readdir(stacks);

describe.each(names)('%s', (name) => {
  it('becomes this manifest, and these words about the rest', async () => {
    const { manifest, notes } = await convert(name);
    const told = notes.map(({ where, message }) => `${where}: ${message}\n`).join('');
    await expect(stringify(manifest, { lineWidth: 0 })).toMatchFileSnapshot(join(stacks, name, 'ring.yaml'));
    await expect(told).toMatchFileSnapshot(join(stacks, name, 'notes.txt'));
  });

  it('is a manifest that Ring takes, rule by rule', async () => {
    const text = stringify((await convert(name)).manifest, { lineWidth: 0 });
    const { manifests } = await readManifests([{ name: 'ring.yaml', text, folder: join(stacks, name) }], {
      variables,
      readOutside: async (path) =>
        existsSync(path) ? { text: readFileSync(path, 'utf8') } : { fault: `${path} is not there` },
    });
    const drafts = manifests.flatMap(({ namespace, deployments = {} }) =>
      Object.entries(deployments).map(([deployment, draft]) => ({ namespace, ...draft, name: deployment })),
    );
    expect(drafts.length).toBeGreaterThan(1);
    for (const draft of drafts) expect(normalize(draft).name).toBe(draft.name);
  });
});
