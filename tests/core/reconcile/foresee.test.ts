import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Desired } from '../../../core/ports.ts';
import { makeForesee } from '../../../core/reconcile/foresee.ts';
import { describeAction } from '../../../core/reconcile/plan/describe-action.ts';
import { plan } from '../../../core/reconcile/plan/plan.ts';
import { anySubject } from '../../support/plan-model.ts';
import { silentLog } from '../../support/silent-log.ts';
import { makeWorld, type World } from '../../support/simulation.ts';

/** What is foreseen of what is declared, each step in words. */
async function foreseenIn(world: World, changed?: readonly Desired[]) {
  const { engine: runtime, clock, store, cron } = { ...world, cron: { next: () => null } };
  const ports = {
    store: store.reconciler,
    runtime,
    clock,
    cron,
    lateMs: 600_000,
    health: world.patients.health.known,
  };
  const desired = changed ?? (await world.declared());
  const { byUid, unseen } = await makeForesee({ ...ports, log: silentLog })(desired);
  if (byUid === null) return unseen;
  return Object.fromEntries(
    desired.map(({ record }) => [record.id, byUid.get(record.uid)?.steps.map(({ words }) => words)]),
  );
}

/** The same deployment with other numbers on its record. */
const scaled = (desired: Desired, replicas: number): Desired => ({
  ...desired,
  record: { ...desired.record, replicas, generation: desired.record.generation + 1 },
});

describe('what is foreseen', () => {
  it('is what the next tick does, and nothing where that does nothing', async () => {
    const world = await makeWorld();
    await world.create({ name: 'web', image: 'app:1', replicas: 2 });
    expect(await foreseenIn(world)).toEqual({
      web: [
        'find the image app:1, by the pull policy IfNotPresent',
        'make sure of the network of namespace default',
        'create replica 0 at revision 1',
        'start default_web_0_r1',
        'create replica 1 at revision 1',
        'start default_web_1_r1',
      ],
    });
    await world.converge();
    expect(await foreseenIn(world)).toEqual({ web: [] });
  });

  it('speaks of what is given in the place of what is declared, and changes neither', async () => {
    const world = await makeWorld();
    await world.create({ name: 'web', image: 'app:1', replicas: 2 });
    await world.converge();
    const [web] = await world.declared();
    if (!web) throw new Error('Nothing is declared');
    const why = 'the deployment was scaled down';
    expect(await foreseenIn(world, [scaled(web, 1)])).toEqual({
      web: [
        'send no more traffic to default_web_1_r1',
        'leave default_web_1_r1 2 s for what reached it',
        `stop default_web_1_r1: ${why}`,
        `remove default_web_1_r1: ${why}`,
      ],
    });
    expect(await foreseenIn(world)).toEqual({ web: [] });
  });

  it('is no more than a hundred steps of a deployment', async () => {
    const world = await makeWorld();
    await world.create({ name: 'web', image: 'app:1', replicas: 500 });
    expect(await foreseenIn(world)).toEqual({ web: expect.objectContaining({ length: 100 }) });
  });

  it('tells of a job by its runs and parts', async () => {
    const world = await makeWorld();
    await world.create({ name: 'once', kind: 'job', image: 'app:1' });
    const found = await foreseenIn(world);
    expect(found).toEqual({
      once: [
        'find the image app:1, by the pull policy IfNotPresent',
        'make sure of the network of namespace default',
        'create part 0 of run 1 at revision 1',
        'note try 1 of part 0 of run 1',
        'start default_once_0_r1',
      ],
    });
  });

  it('is nothing where the engine is down, or keeps one waiting', async () => {
    const world = await makeWorld();
    await world.create({ name: 'web', image: 'app:1' });
    world.engine.down();
    expect(await foreseenIn(world)).toBe('the engine cannot be seen: The engine does not answer');
    world.engine.up();
    world.engine.hang('observe');
    const waiting = foreseenIn(world);
    await world.clock.pass(2_000);
    expect(await waiting).toBe('the engine does not answer');
    world.engine.release();
  });

  it('is nothing where the database is gone: whoever asks has written already', async () => {
    const world = await makeWorld();
    await world.create({ name: 'web', image: 'app:1' });
    const desired = await world.declared();
    await world.store.close();
    expect(await foreseenIn(world, desired)).toBe('an unexpected error; the log of Ring has the details');
  });
});

describe('words', () => {
  it('are there for every step of every plan', () => {
    fc.assert(
      fc.property(anySubject, (subject) => {
        const { prepare, lanes } = plan(subject);
        const telling = { namespace: 'default', isJob: false, revision: 1, nameOf: (id: string) => id };
        for (const action of [...prepare, ...lanes.flatMap(({ actions }) => actions)]) {
          const words = describeAction(action, telling);
          expect(words).toMatch(/^[a-z].{5,}$/);
          expect(words).not.toMatch(/undefined|\[object/);
        }
      }),
    );
  });
});
