/** Steps beside the filling of a slot that the engine refuses for long: tried seldom, shown, and no fault of the revision. */
import { expect, it } from 'vitest';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { engineCalls, statusOf, worldWithWeb } from '../../support/ask-world.ts';
import type { FakeCallName } from '../../support/fake-faults.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const busy = new RuntimeError('other', 'device or resource busy');
const refuse = (world: World, name: FakeCallName) => {
  for (let time = 0; time < 500; time += 1) world.engine.failNext(name, busy);
};
const states = (world: World) =>
  Object.fromEntries(world.instances().map(({ containerName, state }) => [containerName, state]));
const rolloutOf = async (world: World) => (await world.list())[0]?.rollout?.state;

it('completes a rollout though the old container cannot be removed, tries that seldom and says so', async () => {
  const world = await worldWithWeb();
  await world.run(60_000);
  refuse(world, 'remove');
  await world.declare('web', { image: 'app:2' });
  await world.run(11 * 60_000);
  expect(states(world)).toEqual({ default_web_0_r1: 'exited', default_web_0_r2: 'running' });
  expect(await rolloutOf(world)).toBe('completed');
  expect(await statusOf(world)).toMatchObject({
    status: 'running',
    status_reason: 'replica 0: what it replaced could not be removed: device or resource busy',
  });
  const tries = engineCalls(world, 'remove');
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(20);
});

it('forgets the refusal once the old container is gone', async () => {
  const world = await worldWithWeb();
  for (let time = 0; time < 3; time += 1) world.engine.failNext('remove', busy);
  await world.declare('web', { image: 'app:2' });
  expect(await world.converge()).toBe(true);
  expect(states(world)).toEqual({ default_web_0_r2: 'running' });
  expect(await statusOf(world)).toMatchObject({ status: 'running', status_reason: null });
});

it('tries seldom to start an old instance again that the engine refuses to start', async () => {
  const check = { type: 'http', port: 80, path: '/', readiness: true, on_failure: 'none' } as const;
  const health_checks = [check];
  const world = await makeWorld();
  await world.create({ name: 'web', health_checks });
  await world.converge();
  await world.run(60_000);
  await world.declare('web', { image: 'app:sick', health_checks });
  await world.run(15_000);
  expect(states(world)).toMatchObject({ default_web_0_r1: 'running', default_web_0_r2: 'running' });
  const before = engineCalls(world, 'start');
  refuse(world, 'start');
  world.engine.exit('default_web_0_r1', 1);
  await world.run(5 * 60_000);
  expect(engineCalls(world, 'start') - before).toBeGreaterThan(3);
  expect(engineCalls(world, 'start') - before).toBeLessThan(20);
});

it('tries seldom to give traffic to an instance that cannot be joined', async () => {
  const world = await worldWithWeb();
  await world.run(60_000);
  refuse(world, 'connect');
  await world.declare('web', { image: 'app:2' });
  await world.run(5 * 60_000);
  expect(engineCalls(world, 'connect')).toBeGreaterThan(3);
  expect(engineCalls(world, 'connect')).toBeLessThan(20);
  expect(states(world)).toMatchObject({ default_web_0_r1: 'running' });
  expect(world.harm).toEqual([]);
});
