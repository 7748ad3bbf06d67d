/** Clearing up after what is no longer declared: one that cannot be cleared up holds up no other, and no deployment. */
import { expect, it } from 'vitest';
import { makeNetworkSweep } from '../../../../core/reconcile/execute/sweep.ts';
import { RuntimeError } from '../../../../core/runtime-error.ts';
import { engineCalls, worldWithWeb } from '../../../support/ask-world.ts';
import { makeFakeRuntime } from '../../../support/fake-runtime.ts';
import { silentLog } from '../../../support/silent-log.ts';
import { makeWorld } from '../../../support/simulation.ts';
import { removeStranger } from '../../../support/stranger.ts';
import { makeVirtualClock } from '../../../support/virtual-clock.ts';

it('releases the other networks where one cannot be released, and complains of that once', async () => {
  const runtime = makeFakeRuntime({ now: () => 0 });
  for (const namespace of ['a', 'b', 'c']) await runtime.ensureNetwork(namespace);
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
  const sweep = makeNetworkSweep({ runtime, clock: makeVirtualClock(), log });
  const refused = new RuntimeError('other', 'network a has active endpoints');
  for (let time = 0; time < 3; time += 1) {
    runtime.failNext('releaseNetwork', refused);
    await sweep.run([]);
    expect(await runtime.networks()).toEqual(['a']);
  }
  expect(warnings).toHaveLength(1);
  await sweep.run([]);
  expect(await runtime.networks()).toEqual([]);
});

it('looks again at a network that was in use, at longer and longer intervals, and then no more', async () => {
  const world = await worldWithWeb();
  const looks = () => engineCalls(world, 'networks');
  const before = looks();
  await world.run(3_600_000);
  expect(looks() - before).toBeLessThan(30);
  await removeStranger(world.engine);
  await world.run(400_000);
  expect(await world.engine.networks()).toEqual(['default']);
  const after = looks();
  await world.run(3_600_000);
  expect(looks()).toBe(after);
});

it('begins what is declared before it clears up, for that may take long', async () => {
  const world = await makeWorld();
  await world.engine.ensureNetwork('abandoned');
  await world.create({ name: 'web' });
  world.engine.hang('releaseNetwork');
  const ticked = world.process.reconciler.tick();
  await world.clock.pass(2_000);
  expect(world.engine.images.pulls()).toBe(1);
  world.engine.release();
  expect((await ticked).report).toMatchObject({ actions: 1 });
});
