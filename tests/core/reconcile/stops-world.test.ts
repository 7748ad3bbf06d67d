/** Stops that take long, in a whole world: those of one deployment hold up no other. */
import { expect, it } from 'vitest';
import { engineCalls, worldWithWeb } from '../../support/ask-world.ts';

it('rolls out one deployment while another waits for many processes to stop', async () => {
  const world = await worldWithWeb();
  await world.create({ name: 'big', replicas: 64 });
  await world.converge();
  await world.run(60_000);
  const release = world.slowly('stop');
  await world.remove('big');
  await world.run(5_000);
  world.slowly('stop', 'nobody');
  await world.declare('web', { image: 'app:2' });
  await world.run(60_000);
  const rollout = (await world.list()).find(({ name }) => name === 'web')?.rollout;
  expect(rollout).toMatchObject({ revision: 2, state: 'completed' });
  release();
  await world.run(60_000);
  expect(world.instances().map(({ containerName }) => containerName)).toEqual(['default_web_0_r2']);
});

it('gives the engine a few stops at a time, and more while the first ones wait for their processes', async () => {
  const world = await worldWithWeb(40);
  const release = world.slowly('stop');
  await world.remove('web');
  const begun: number[] = [];
  const note = () => begun.push(engineCalls(world, 'stop'));
  await world.tick();
  note();
  for (let half = 0; half < 5; half += 1) {
    await world.clock.pass(500);
    note();
  }
  // The world's concurrency is four; a deployment may wait for sixteen processes.
  expect(begun).toEqual([4, 8, 12, 16, 16, 16]);
  release();
  await world.run(60_000);
  expect(world.instances()).toEqual([]);
});

it('holds up no other call while many stops begin', async () => {
  const world = await worldWithWeb(40);
  world.slowly('stop');
  await world.remove('web');
  await world.tick();
  await world.create({ name: 'other' });
  // No time passes: the first stops keep their turn. The first tick resolves the image, the next one starts it.
  for (let ticks = 0; ticks < 3; ticks += 1) await world.tick();
  const other = world.instances().find(({ containerName }) => containerName.startsWith('default_other_'));
  expect(other?.state).toBe('running');
});

it('gives the next stop to the engine as soon as one ends', async () => {
  const world = await worldWithWeb(40);
  await world.remove('web');
  await world.tick();
  expect(world.instances()).toEqual([]);
});
