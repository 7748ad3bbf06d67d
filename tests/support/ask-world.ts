/** Queries of a simulated world, and the initial world of most tests. */
import type { RingError } from '../../core/errors.ts';
import { makeWorld, type World } from './simulation.ts';

/** A world in which `web` runs. */
export async function worldWithWeb(replicas = 1): Promise<World> {
  const world = await makeWorld();
  await world.create({ name: 'web', replicas });
  await world.converge();
  return world;
}

/** How a deployment stands by the list. */
export const statusOf = async (world: World, id = 'web') => {
  const { status, status_reason, observed_at } = (await world.list()).find((one) => one.id === id) ?? {};
  return { status, status_reason, observed_at };
};

/** The calls that some work made: to the engine, and what was written. */
export async function callsOf(world: World, work: () => Promise<unknown>): Promise<readonly string[]> {
  const { calls } = world.process.life;
  const before = calls.length;
  await work();
  return calls.slice(before);
}

/** How often the process that reconciles made a call to the engine. */
export const engineCalls = (world: World, name: string): number =>
  world.process.life.calls.filter((call) => call === `engine.${name}`).length;

/** The code with which something is refused; null when it is not. */
export const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: RingError) => error.code,
  );
