/** The manifests of examples/ run as they are, on an image that is there. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';

const folder = resolve(import.meta.dirname, '../../examples');
const examples = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
const env = { IMAGE: 'ring-test:1', PORT: '18473' };
let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
});
afterAll(() => world.close());

describe.each(examples)('examples/%s', (name) => {
  it('is applied, comes, and is as it is declared', async () => {
    const file = join(folder, name);
    const applied = await world.run(['apply', '-f', file, '--wait', '--timeout', '90s'], { env });
    expect(applied).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ is (running|completed|scheduled)/),
    });
    expect(await world.run(['plan', '-f', file], { env })).toMatchObject({ code: 0 });
    expect(await world.run(['delete', '-f', file], { env })).toMatchObject({ code: 0 });
  });
});
