/** Moments of a whole world in which it matters what Ring itself has done, or was about to do. */
import { expect, it } from 'vitest';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { createSecret } from '../../../core/secret/create.ts';
import { engineCalls, statusOf, worldWithWeb } from '../../support/ask-world.ts';
import { makeCommandWorld } from '../../support/command-ports.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const slotOf = async (world: World) => (await world.declared())[0]?.observation?.memory.slots['0'];
const stateOf = (world: World, name: string) =>
  world.instances().find(({ containerName }) => containerName === name)?.state;

it('says that it rolled back and no crash loop, where the old one had been restarted often before', async () => {
  const world = await makeWorld({ engineRestarts: true });
  const ports = ['8080:80'];
  await world.create({ name: 'web', ports });
  await world.converge();
  for (let time = 0; time < 5; time += 1) {
    world.engine.exit('default_web_0_r1', 1);
    await world.run(70_000);
  }
  await world.declare('web', { image: 'app:crash', ports });
  for (let step = 0; step < 100 && stateOf(world, 'default_web_0_r2') !== 'running'; step += 1) {
    await world.run(50);
  }
  // So that it is looked at once while it is stopped.
  world.engine.failNext('start', new RuntimeError('unavailable', 'The engine does not answer'));
  const isBack = async () => (await world.list())[0]?.rollout?.state === 'rolled_back';
  for (let second = 0; second < 120 && !(await isBack()); second += 1) await world.run(1_000);
  expect(await isBack()).toBe(true);
  expect(await statusOf(world)).toMatchObject({ status: 'running' });
  expect(await slotOf(world)).toMatchObject({ revision: 1, crashes: 0 });
});

it('counts no crash where Ring was killed in the middle of restarting what is not healthy', async () => {
  const health_checks = [{ type: 'http' as const, port: 80, path: '/' }];
  const world = await worldWithWeb();
  await world.declare('web', { health_checks });
  await world.converge();
  await world.run(60_000);
  const [instance] = world.instances();
  const name = instance?.containerName ?? '';
  world.engine.hang('start');
  world.patients.sicken(instance?.id ?? '');
  for (let step = 0; step < 600 && stateOf(world, name) !== 'exited'; step += 1) await world.run(100);
  expect(stateOf(world, name)).toBe('exited');
  world.reboot();
  world.engine.release();
  world.patients.cure();
  await world.run(5_000);
  expect(stateOf(world, name)).toBe('running');
  expect(await slotOf(world)).toMatchObject({ crashes: 0 });
});

it('starts the old one again with its own files where those of the new one are refused', async () => {
  const world = await makeWorld();
  const ports = ['8080:80'];
  await createSecret(
    { name: 'token', value: 'hunter2' },
    { ...makeCommandWorld(), write: world.store.write },
  );
  await world.create({ name: 'web', ports });
  await world.converge();
  await world.run(60_000);
  const volumes = [{ type: 'secret' as const, source: 'token', destination: '/run/token' }];
  await world.declare('web', { ports, user: 'ghost', volumes });
  await world.run(900);
  expect(engineCalls(world, 'stop')).toBe(1);
  expect(stateOf(world, 'default_web_0_r1')).toBe('running');
  expect(world.files.names()).not.toContain('default_web_0_r1');
});

it('ends a drain in its time though the clock is set back', async () => {
  const world = await worldWithWeb();
  await world.run(60_000);
  await world.declare('web', { image: 'app:2', update: { drain_delay: '5s' } });
  const isDraining = () =>
    world.instances().some(({ containerName, serves }) => containerName === 'default_web_0_r1' && !serves);
  for (let step = 0; step < 400 && !isDraining(); step += 1) await world.run(50);
  expect(isDraining()).toBe(true);
  world.clock.leap(-3_600_000);
  await world.run(20_000);
  expect(stateOf(world, 'default_web_0_r1')).toBeUndefined();
});

it('waits for no try of an image that a newer revision has overtaken', async () => {
  const world = await worldWithWeb();
  const pulled = world.slowly('resolveImage');
  world.engine.images.refuse('app:2', new RuntimeError('image_denied', 'denied'));
  world.engine.images.refuse('app:3', new RuntimeError('image_denied', 'denied'));
  await world.declare('web', { image: 'app:2' });
  await world.run(1_000);
  world.slowly('resolveImage')();
  await world.declare('web', { image: 'app:3' });
  await world.run(300);
  const before = (await world.declared())[0]?.observation?.memory.image;
  pulled();
  await world.run(100);
  expect(before).toMatchObject({ revision: 3, failures: 1 });
  expect((await world.declared())[0]?.observation?.memory.image).toEqual(before);
});
