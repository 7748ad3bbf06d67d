/** Stops that Ring itself asked for, in a whole world: they are no crashes, whatever becomes of Ring. */
import { expect, it } from 'vitest';
import { RuntimeError } from '../../../core/runtime.ts';
import { statusOf, worldWithWeb } from '../../support/ask-world.ts';
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
