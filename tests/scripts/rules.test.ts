// Shows that the project's rules bite: each breach is put into a throwaway project and must be found.
import { afterEach, describe, expect, test } from 'vitest';
import { makeThrowawayProject, runScript } from '../support/throwaway-project.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

function project(files: Record<string, string>): string {
  const { folder, remove } = makeThrowawayProject(files);
  undo.push(remove);
  return folder;
}

describe('the architecture check', () => {
  test('finds every breach, names it, and finds nothing else', () => {
    const use = (from: string, what = 'b') =>
      `import { ${what} } from '${from}'; export const a = ${what};\n`;
    const files = {
      'core/b.ts': 'export const b = 1;\n',
      'core/looks-up.ts': use('../handlers/b.ts'),
      'core/takes-a-type.ts': `import type { B } from '../adapters/ring.ts'; export type A = B;\n`,
      'core/uses-node.ts': use('node:fs', 'readFile'),
      'core/circle.ts': `import { c } from './circle-back.ts'; export const a = () => c;\n`,
      'core/circle-back.ts': `import { a } from './circle.ts'; export const c = () => a;\n`,
      'handlers/b.ts': use('../core/b.ts').replace('a =', 'b ='),
      'handlers/uses-node.ts': use('node:fs', 'readFile'),
      'handlers/paths.ts': use('itty-router', 'Router'),
      'handlers/client.ts': use('./b.ts'),
      'adapters/ring.ts': `${use('./docker/runtime.ts', 'a')}export type B = 1;\n`,
      'adapters/docker/runtime.ts': use('dockerode', 'default as b'),
      'adapters/docker/looks-aside.ts': use('../knex/b.ts'),
      'adapters/knex/b.ts': use('../../core/b.ts').replace('a =', 'b ='),
      'adapters/knex/runtime.ts': use('dockerode', 'default as b'),
      'adapters/loop/store.ts': use('knex', 'knex'),
    };
    const { output } = runScript('scripts/arch.mjs', { cwd: project(files) });
    const found = output.split('\n').filter((line) => line.includes(' -> '));
    expect(found.map((line) => line.replace(/ -> \S*node_modules.*/, '')).sort()).toEqual([
      'adapters-do-not-know-each-other: adapters/docker/looks-aside.ts -> adapters/knex/b.ts',
      'core-looks-inward: core/looks-up.ts -> handlers/b.ts',
      'core-looks-inward: core/takes-a-type.ts -> adapters/ring.ts',
      'core-uses-valibot-only: core/uses-node.ts -> fs',
      'dockerode-has-one-owner: adapters/knex/runtime.ts',
      'handlers-use-no-node: handlers/uses-node.ts -> fs',
      'itty-router-has-one-owner: handlers/paths.ts',
      'knex-has-one-owner: adapters/loop/store.ts',
      'no-cycle: core/circle-back.ts -> core/circle.ts -> core/circle-back.ts',
      'the-client-imports-nothing: handlers/client.ts -> handlers/b.ts',
    ]);
  });

  test('does not call a look at nothing a pass', () => {
    const { status, output } = runScript('scripts/arch.mjs', { cwd: project({}) });
    expect([status, output.includes('saw no source file')]).toEqual([1, true]);
  });
});

describe('the lint', () => {
  function findings(files: Record<string, string>): string[] {
    const folder = project(files);
    const { output } = runScript('node_modules/@biomejs/biome/bin/biome', {
      cwd: folder,
      args: ['lint', '--reporter=json', '.'],
    });
    const { diagnostics } = JSON.parse(output.split('\n')[0] ?? '') as { diagnostics: { message: string }[] };
    return diagnostics.map(({ message }) => message);
  }

  test.each([
    'export const a = Date.now();',
    'export const a = Date.now;',
    'export const a = new Date();',
    'export const a = Math.random();',
    `export const a = () => console.log('here');`,
    'export const a = () => setTimeout(() => 1, 5);',
    'export const a = self;',
  ])('refuses "%s" in core and handlers, and only there', (line) => {
    const files = { 'core/a.ts': `${line}\n`, 'handlers/a.ts': `${line}\n`, 'adapters/a.ts': `${line}\n` };
    expect(findings(files)).toHaveLength(2);
  });

  test('lets the core parse a time that it was given', () => {
    expect(
      findings({ 'core/a.ts': 'export const a = (text: string) => new Date(text).getTime();\n' }),
    ).toEqual([]);
  });

  test('refuses a file of more than 300 lines', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, n) => `export const a${n} = ${n};\n`).join('');
    expect(findings({ 'core/most.ts': lines(300), 'core/more.ts': lines(301) })).toHaveLength(1);
  });

  test.each([
    'export default 1;',
    'export const a = (b: any) => b;',
    'export const a = (b: string | null) => b!;',
  ])('refuses "%s" everywhere', (line) => {
    expect(findings({ 'adapters/a.ts': `${line}\n` })).toHaveLength(1);
  });
});
