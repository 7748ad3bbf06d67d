import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { fieldWords } from '../../../../adapters/cli/manifest/field-words.ts';
import { manifestSchema } from '../../../../adapters/cli/manifest/json-schema.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** Every field of a schema, by the path that words have. */
function pathsOf(schema: unknown, path = ''): string[] {
  if (Array.isArray(schema)) return schema.flatMap((one) => pathsOf(one, path));
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, inner]) => {
    if (key === 'properties') {
      return Object.entries(inner).flatMap(([name, field]) => {
        const at = path === '' ? name : `${path}.${name}`;
        return [at, ...pathsOf(field, at)];
      });
    }
    return ['items', 'additionalProperties', 'anyOf', 'oneOf'].includes(key) ? pathsOf(inner, path) : [];
  });
}

const check = new Ajv2020({ strict: false }).compile(manifestSchema());

describe('the JSON Schema of manifests', () => {
  it('has words for each field, and no words for what is none', () => {
    expect(Object.keys(fieldWords).sort()).toEqual([...new Set(pathsOf(manifestSchema()))].sort());
  });

  it('says the same as docs/MANIFEST.md', async () => {
    const page = await readFile(resolve(root, 'docs/MANIFEST.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z_.A-Z]+)` \| (.*) \|$/gm)].map(([, path, words]) => [
      path,
      words,
    ]);
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(
        Object.entries(fieldWords).map(([path, words]) => [path, words.replaceAll('|', '\\|')]),
      ),
    );
  });

  it.each([
    { deployments: { web: { image: 'nginx:1.27', replicas: 2 } } },
    {
      deployments: { web: { image: 'nginx:${TAG:-1.27}', replicas: '${REPLICAS}', kind: '${KIND:-worker}' } },
    },
    { configs: { a: { file: './a' }, b: { data: 'x' }, c: { data: { x: 1 } } }, 'x-mine': [1] },
    { secrets: { a: { value: '${A}' } }, namespaces: ['blue'], labels: { team: 'a' } },
  ])('takes %j', (manifest) => {
    expect([check(manifest), check.errors]).toEqual([true, null]);
  });

  it.each([
    { deployments: { web: { imge: 'nginx' } } },
    { deployments: { web: { image: 'nginx', replicas: 'many' } } },
    { deployments: { Web: { image: 'nginx' } } },
    { configs: { a: { file: './a', data: 'x' } } },
    { secrets: { a: {} } },
    { deploymets: {} },
  ])('refuses %j', (manifest) => {
    expect(check(manifest)).toBe(false);
  });
});
