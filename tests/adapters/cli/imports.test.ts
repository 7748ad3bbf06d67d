/** What is read from disk for a command of the client: nothing that only a server needs. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const main = 'adapters/cli/main.ts';
/** The commands that open a Ring of their own, or look at the engine without one. */
const ownRing = ['serve', 'reconcile', 'doctor'].map((name) => `adapters/cli/${name}.ts`);

const packages = ['dockerode', 'knex', 'sqlite3', 'pino', '@whatwg-node', 'itty-router', 'prom-client'];
// Some of them load their package when they are called.
const folders = ['docker', 'knex', 'node', 'metrics', 'loop'].map((name) => `adapters/${name}`);
const serverOnly = [...packages, ...folders, 'adapters/ring.ts'];
const heavy = [...serverOnly, 'valibot', '@valibot', 'yaml', 'jose', 'croner'];

// Imports as the formatter writes them. Types are not imported at run time.
const staticImport = /^(?:import|export) (?!type )(?:[^'";]*? from )?'([^']+)';/gm;
const dynamicImport = /\bimport\('([^']+)'\)/g;

const importsOf = (path: string, form: RegExp): readonly string[] =>
  [...readFileSync(resolve(root, path), 'utf8').matchAll(form)].map(([, specifier = '']) =>
    specifier.startsWith('.') ? relative(root, resolve(root, dirname(path), specifier)) : specifier,
  );

const isFile = (target: string): boolean => target.endsWith('.ts');

/** What a file imports before its first line runs: files and packages, each with the way to it. */
const graphOf = (start: string): ReadonlyMap<string, string> => {
  const ways = new Map([[start, start]]);
  for (const [path, way] of ways) {
    for (const target of isFile(path) ? importsOf(path, staticImport) : []) {
      if (!ways.has(target)) ways.set(target, `${way} -> ${target}`);
    }
  }
  return ways;
};

/** The ways on which a file reaches some packages or folders. */
const waysTo = (wanted: readonly string[], start: string): readonly string[] =>
  [...graphOf(start)]
    .filter(([target]) => wanted.some((name) => target === name || target.startsWith(`${name}/`)))
    .map(([, way]) => way);

/** The files that are loaded when some command is called, main.ts first; what a server loads later is not looked at. */
const entries = (): readonly string[] => {
  const found = new Set([main]);
  for (const entry of found) {
    if (ownRing.includes(entry)) continue;
    for (const path of [...graphOf(entry).keys()].filter(isFile)) {
      for (const target of importsOf(path, dynamicImport).filter(isFile)) found.add(target);
    }
  }
  return [...found];
};

describe('the imports of the command', () => {
  it('are followed into files and packages', () => {
    expect(entries()).toEqual(expect.arrayContaining([...ownRing, 'adapters/cli/manifest/apply.ts']));
    const [way] = waysTo(['knex'], 'adapters/ring.ts');
    expect(way).toMatch(/^adapters\/ring\.ts -> .*adapters\/knex\/.* -> knex$/);
    expect(waysTo(['adapters/docker'], 'adapters/cli/doctor.ts')).not.toEqual([]);
    expect(waysTo(['yaml'], 'adapters/cli/manifest/apply.ts')).not.toEqual([]);
  });

  it.each([main, 'adapters/cli/commands/all.ts', 'adapters/cli/session.ts'])(
    'have nothing heavy in them before the action of a command is loaded: %s',
    (path) => {
      expect(waysTo(heavy, path)).toEqual([]);
    },
  );

  it('have nothing of a server in them for any command of the client', () => {
    const client = entries().filter((path) => !ownRing.includes(path));
    expect(client.flatMap((path) => waysTo(serverOnly, path))).toEqual([]);
  });
});
