/** Workers that ended, in a whole world: what they wrote is not lost, and who was only told to end comes back. */
import { expect, it } from 'vitest';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { engineCalls, statusOf, worldWithWeb } from '../../support/ask-world.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

const name = 'default_web_0_r1';
const stateOf = (world: World) =>
  world.instances().find(({ containerName }) => containerName === name)?.state;
const messages = async (world: World) => {
  const uid = (await world.declared())[0]?.record.uid ?? '';
  return (await world.store.stores.events.list(uid, { limit: 100 })).map(({ message }) => message);
};

it('keeps a container that crashed while somebody else holds its port', async () => {
  const world = await makeWorld();
  await world.create({ name: 'web', ports: ['8080:80'] });
  await world.converge();
  const taken = new RuntimeError('port_taken', 'port is already allocated');
  for (let time = 0; time < 6; time += 1) world.engine.failNext('start', taken);
  world.engine.exit(name, 1);
  await world.run(300_000);
  expect(stateOf(world)).toBe('running');
  expect(engineCalls(world, 'remove')).toBe(0);
});

it('tells what a container wrote last before it is made again', async () => {
  const world = await worldWithWeb();
  const gone = new RuntimeError('file_system', 'the mount source does not exist');
  for (let time = 0; time < 4; time += 1) world.engine.failNext('start', gone);
  world.engine.say(name, 'out of cheese');
  world.engine.exit(name, 1);
  await world.run(300_000);
  expect(stateOf(world)).toBe('running');
  expect(await messages(world)).toContain(
    `Container ${name} removed: it could not be started; it wrote last: out of cheese`,
  );
});

it('starts an on-failure worker again that was told to end and did so with 0', async () => {
  const world = await makeWorld();
  await world.create({ name: 'web', restart_policy: 'on-failure' });
  await world.converge();
  world.engine.kill(name, 0);
  await world.run(30_000);
  expect(stateOf(world)).toBe('running');
  world.engine.exit(name, 0);
  await world.run(30_000);
  expect(stateOf(world)).toBe('exited');
  expect((await statusOf(world)).status_reason).toContain('on-failure does not start it again');
});
