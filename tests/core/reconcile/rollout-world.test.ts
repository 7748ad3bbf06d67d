/** Rollouts in a whole world, where something goes wrong in the very moment that it matters. */
import { expect, it } from 'vitest';
import { statusOf, worldWithWeb } from '../../support/ask-world.ts';
import { complaintsAtRest } from '../../support/invariants.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const standing = (world: World) =>
  world
    .instances()
    .map(
      ({ containerName, state, serves }) =>
        `${containerName} ${state}${serves && state === 'running' ? ' serving' : ''}`,
    )
    .sort();

const stateOf = async (world: World) => (await world.list())[0]?.rollout?.state;

/** Lets time pass until something is so. */
async function until(world: World, holds: () => boolean): Promise<void> {
  for (let step = 0; step < 1_000 && !holds(); step += 1) await world.run(50);
  expect(holds()).toBe(true);
}

it('keeps the old one where the new one dies while the old one is drained', async () => {
  const world = await worldWithWeb();
  await world.run(60_000);
  await world.declare('web', { image: 'app:2' });
  await until(world, () => standing(world).includes('default_web_0_r1 running'));
  world.engine.kill('default_web_0_r2');
  await world.run(500);
  expect(standing(world)).toEqual(['default_web_0_r1 running serving', 'default_web_0_r2 running serving']);
  expect(await world.converge()).toBe(true);
  expect(standing(world)).toEqual(['default_web_0_r2 running serving']);
  expect(await complaintsAtRest(world)).toEqual([]);
});

it('brings back the old one that had stopped first, also where the work was cut off in between', async () => {
  const world = await makeWorld();
  world.engine.missingCommands.add('nope');
  await world.create({ name: 'web', ports: ['8080:80'] });
  await world.converge();
  await world.run(60_000);
  const release = world.slowly('create');
  await world.declare('web', { command: ['nope'], ports: ['8080:80'] });
  await until(world, () => standing(world).includes('default_web_0_r1 exited'));
  await world.pause('web');
  await world.run(1_000);
  release();
  await world.run(2_000);
  await world.resume('web');
  await world.run(60_000);
  expect(await stateOf(world)).toBe('rolled_back');
  expect(standing(world)).toContain('default_web_0_r1 running serving');
  expect((await statusOf(world)).status).toBe('running');
});

it('lets a newer declaration take the place of one that was not done, with every replica served all along', async () => {
  const world = await worldWithWeb(3);
  await world.run(60_000);
  await world.declare('web', { image: 'app:2', replicas: 3 });
  await until(world, () => standing(world).some((one) => one.includes('_r2 running')));
  await world.declare('web', { image: 'app:3', replicas: 3 });
  const fewest: number[] = [];
  for (let second = 0; second < 90; second += 1) {
    await world.run(1_000);
    fewest.push(new Set(world.instances().map(({ identity }) => identity.slot)).size);
  }
  expect({ fewest: Math.min(...fewest), state: await stateOf(world), harm: world.harm }).toEqual({
    fewest: 3,
    state: 'completed',
    harm: [],
  });
});
