/** `ring init`: what it writes is enough to begin with, as its own words say. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { freePort } from '../support/docker-world.ts';
import { until } from '../support/until.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
});
afterAll(() => world.close());

const bare = { RING_URL: '', RING_TOKEN: '' };

it('writes a manifest that can be applied and settings that a server starts with', async () => {
  const port = await freePort();
  const made = await world.run(['init', 'shop', '--port', `${port}`], { env: bare });
  expect([made.code, made.stdout]).toEqual([
    0,
    'shop/ring.yaml\nshop/ring.schema.json\nshop/ring.settings.json\n',
  ]);
  expect(made.stderr).toMatch(/cd shop\n[\s\S]*RING_CONFIG=ring.settings.json ring serve/);
  const cwd = join(world.folder, 'shop');
  const settings = JSON.parse(await readFile(join(cwd, 'ring.settings.json'), 'utf8'));
  expect((await stat(join(cwd, 'ring.settings.json'))).mode & 0o777).toBe(0o600);

  const url = `http://127.0.0.1:${port}`;
  const server = world.start(['serve'], { cwd, env: { ...bare, RING_CONFIG: 'ring.settings.json' } });
  try {
    await until(
      () => server.said.stdout,
      (said) => said.includes(`listens on ${url}`),
    );
    const input = settings.RING_ADMIN_PASSWORD;
    const login = await world.run(['login', url, '-u', 'admin', '--password-stdin'], { env: bare, input });
    expect(login.code).toBe(0);
    // Nothing is there yet: all of it is to be created.
    const plan = await world.run(['plan', '-f', 'ring.yaml', '-o', 'json'], { cwd, env: bare });
    expect([plan.code, JSON.parse(plan.stdout).summary]).toEqual([2, expect.objectContaining({ create: 3 })]);
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
});

it('overwrites nothing', async () => {
  await world.run(['init', 'twice'], { env: bare });
  const before = await readFile(join(world.folder, 'twice/ring.settings.json'), 'utf8');
  expect(await world.run(['init', 'twice'], { env: bare })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'ring: twice/ring.yaml is there already: remove it, or name another folder\n',
  });
  expect(await readFile(join(world.folder, 'twice/ring.settings.json'), 'utf8')).toBe(before);
});
