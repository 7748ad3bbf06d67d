/** Secrets through the whole core: what runs rolls out with them, and what is missing is said and heals. */
import { expect, it } from 'vitest';
import { declareSecret } from '../../../core/secret/declare.ts';
import { statusOf } from '../../support/ask-world.ts';
import { aCaller } from '../../support/builders.ts';
import { makeCommandWorld } from '../../support/command-ports.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const secrets = { PASSWORD: { secretRef: 'db' } };

/** A world with the secret `db`, and the means to change it. */
async function worldWithSecret() {
  const world = await makeWorld();
  const ports = { ...makeCommandWorld(), write: world.store.write, clock: world.clock };
  const put = (value: string) => declareSecret({ id: 'db', declaration: { value } }, aCaller('admin'), ports);
  await put('one');
  return { world, put };
}

it('a change replaces every instance, and nothing is left to do', async () => {
  const { world, put } = await worldWithSecret();
  await world.create({ name: 'web', replicas: 3, secrets });
  await world.converge();
  await put('two');
  expect(await world.converge()).toBe(true);
  expect(world.instances().map(({ identity }) => identity.revision)).toEqual([2, 2, 2]);
  expect(await statusOf(world)).toMatchObject({ status: 'running', status_reason: null });
});

it('a change that the service cannot live with returns to what serves', async () => {
  const { world, put } = await worldWithSecret();
  await world.create({ name: 'web', secrets });
  await world.run(60_000);
  await put('two');
  for (let round = 0; round < 60; round += 1) {
    for (const one of world.instances()) {
      if (one.identity.revision === 2 && one.state === 'running') world.engine.exit(one.containerName, 1);
    }
    await world.run(5_000);
  }
  const [web] = await world.list();
  expect(web?.rollout).toMatchObject({ state: 'rolled_back', revision: 2, from: 1 });
  expect(web?.status).toBe('running');
  await put('three');
  expect(await world.converge()).toBe(true);
  expect((await world.list())[0]?.rollout).toMatchObject({ state: 'completed', revision: 3 });
});

it('one that is not there (any more) is named, and heals when it is there again', async () => {
  const { world, put } = await worldWithSecret();
  await world.create({ name: 'web', secrets });
  await world.store.write((stores) => stores.secrets.delete('db'));
  await world.run(30_000);
  expect(await statusOf(world)).toMatchObject({
    status: 'config_error',
    status_reason:
      'There is no secret db in namespace default: create it with POST /secrets, or declare the deployment without it',
  });
  await put('two');
  expect(await world.converge()).toBe(true);
  expect((await statusOf(world)).status).toBe('running');
});

it('what runs is left alone where a secret is gone', async () => {
  const { world } = await worldWithSecret();
  await world.create({ name: 'web', replicas: 2, secrets });
  await world.converge();
  const before = world.instances().map(({ id }) => id);
  await world.store.write((stores) => stores.secrets.delete('db'));
  await world.run(60_000);
  expect(world.instances().map(({ id }) => id)).toEqual(before);
  expect((await statusOf(world)).status).toBe('running');
});

it.each([
  ['is gone', (world: World) => world.store.write((stores) => stores.secrets.delete('db'))],
  ['cannot be opened any more', async ({ loseKey }: World) => loseKey()],
])('a deployment whose secret %s is deleted all the same, and nothing of it is left', async (_, lose) => {
  const { world } = await worldWithSecret();
  const volumes = [{ type: 'secret' as const, source: 'db', destination: '/db' }];
  await world.create({ name: 'web', replicas: 2, secrets, volumes });
  await world.converge();
  expect(world.files.names()).toEqual(['default_web_0_r1', 'default_web_1_r1']);
  await lose(world);
  await world.remove('web');
  expect(await world.converge()).toBe(true);
  expect([await world.declared(), world.instances(), world.files.names()]).toEqual([[], [], []]);
});
