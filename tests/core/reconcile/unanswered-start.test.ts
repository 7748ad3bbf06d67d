/** A start of a job's try that the engine did not answer may come to pass late: that try is never begun a second time. */
import { expect, it } from 'vitest';
import { plan } from '../../../core/reconcile/plan/plan.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { statusOf } from '../../support/ask-world.ts';
import { makeWorld } from '../../support/simulation.ts';
import { anInstance, aRefusedSlot, aRun, aSubject, type SubjectChanges } from '../../support/subjects.ts';

const unanswered = aRefusedSlot({
  run: aRun(),
  fault: { status: 'error', reason: 'no answer', passing: true },
});
const actionsOf = (changes: SubjectChanges) =>
  plan(aSubject({ kind: 'job', ...changes })).lanes.flatMap(({ actions }) => actions);
const created = anInstance({ state: 'created' });

it('is followed by no more than the removal of its container', () => {
  expect(actionsOf({ instances: [created], slots: [unanswered] })).toEqual([
    { kind: 'removeInstance', slot: 0, target: 'c0-r1', why: 'its start was not answered' },
  ]);
});

it('is followed by a new container of the same try where it was refused', () => {
  const kinds = actionsOf({ instances: [created], slots: [aRefusedSlot()] }).map(({ kind }) => kind);
  expect(kinds).toEqual(['removeInstance', 'createInstance', 'intendRun', 'startInstance']);
});

it('is begun again where the request never left Ring', async () => {
  const world = await makeWorld();
  const refused = new RuntimeError('unavailable', 'connect ECONNREFUSED', { neverSent: true });
  world.engine.failNext('start', refused);
  await world.create({ kind: 'job', name: 'job' });
  await world.run(30_000);
  world.engine.exit('default_job_0_r1', 0);
  expect(await world.converge()).toBe(true);
  expect(await statusOf(world, 'job')).toMatchObject({ status: 'completed' });
});
