/** An engine that does not say what the host has keeps nobody from noting what was done. */
import { expect, it } from 'vitest';
import { makeWorld } from '../../support/simulation.ts';

it('notes how work ended while it waits for the engine to say what the host has', async () => {
  const world = await makeWorld();
  const endCreate = world.slowly('create');
  await world.create({ name: 'web' });
  await world.run(1_000);
  world.engine.hang('capacity');
  await world.create({ name: 'greedy', resources: { requests: { memory: '10Mi' } } });
  const ticked = world.process.reconciler.tick();
  await world.clock.pass(1_000);
  const ended: string[] = [];
  void world.process.reconciler.idle().then(() => ended.push('web'));
  endCreate();
  await world.clock.pass(1_000);
  expect(ended).toEqual(['web']);
  world.engine.release();
  await ticked;
});
