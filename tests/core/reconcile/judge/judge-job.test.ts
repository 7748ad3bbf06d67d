/** What an observation of a job means, row by row: each part begins once and ends once, and the job stands as its runs do. */
import { expect, it } from 'vitest';
import type { ObservedView } from '../../../../core/deployment/view.ts';
import { judge } from '../../../../core/reconcile/judge/judge.ts';
import { aRevision, aRunRecord, aSlot, aSpec, aView } from '../../../support/records.ts';
import { anEndedTry, exited, overRun, running, terms } from '../../../support/runs.ts';
import { anInstance, aRefusedSlot, aRun, aSubject, type SubjectChanges } from '../../../support/subjects.ts';

const second = aRevision({ number: 2, specHash: 'hash-2', spec: aSpec({ kind: 'job' }) });

const aJob = (changes: SubjectChanges) => aSubject({ kind: 'job', ...changes });
const viewOf = (changes: Partial<ObservedView>): ObservedView => aView({ instances: ['c0-r1'], ...changes });

const began = aSlot({ run: aRun() });
const completed = aSlot({ run: anEndedTry('completed', 0) });
const failed = aSlot({ run: anEndedTry('failed', 3) });
const vanished = 'its container was removed before its end was seen, so whether it did its work is not known';

it.each<[string, SubjectChanges, ObservedView]>([
  [
    'is being created before it runs',
    {},
    viewOf({
      status: 'creating',
      status_reason: 'replica 0 is being created',
      instances: [],
      ready_replicas: 0,
    }),
  ],
  ['runs while its process does', { instances: [anInstance()], slots: [began] }, viewOf({})],
  [
    'is completed when it ended with 0',
    { instances: [exited(0)], slots: [began] },
    viewOf({ status: 'completed' }),
  ],
  [
    'is completed though its container is gone, once its end was seen',
    { slots: [completed] },
    viewOf({ status: 'completed', instances: [] }),
  ],
  [
    'is completed though nothing is remembered of it, once that was recorded',
    { runs: [overRun()] },
    viewOf({ status: 'completed', instances: [] }),
  ],
  [
    'failed when it ended with another code',
    { instances: [exited(3)], slots: [began] },
    viewOf({ status: 'failed', status_reason: 'it ended with exit code 3', ready_replicas: 0 }),
  ],
  [
    'failed when its container vanished after it began',
    { slots: [began] },
    viewOf({ status: 'failed', status_reason: vanished, instances: [], ready_replicas: 0 }),
  ],
  [
    'failed when it was sent a signal, whatever it ended with',
    { instances: [exited(0)], slots: [began], killed: ['c0-r1'] },
    viewOf({
      status: 'failed',
      status_reason: 'it was interrupted: it was sent a signal from outside before it ended with exit code 0',
      ready_replicas: 0,
    }),
  ],
  [
    'keeps the outcome that was seen',
    { instances: [exited(0)], slots: [failed] },
    viewOf({ status: 'failed', status_reason: 'it ended with exit code 3', ready_replicas: 0 }),
  ],
  [
    'shows what was refused',
    { instances: [anInstance({ state: 'created' })], slots: [aRefusedSlot()] },
    viewOf({ status: 'create_container_error', status_reason: 'no such command', ready_replicas: 0 }),
  ],
  [
    'runs while one of two does and the other is done',
    { replicas: 2, instances: [exited(0), anInstance({ slot: 1 })], slots: [completed, began] },
    viewOf({ instances: ['c0-r1', 'c1-r1'], ready_replicas: 2 }),
  ],
  [
    'does not run while one of two is done and the other has not begun',
    { replicas: 2, instances: [exited(0)], slots: [completed] },
    viewOf({ status: 'creating', status_reason: 'replica 1 is being created' }),
  ],
  [
    'failed when one of two did and both are over',
    { replicas: 2, slots: [completed, failed] },
    viewOf({
      status: 'failed',
      status_reason: 'it ended with exit code 3',
      instances: [],
      ready_replicas: 1,
    }),
  ],
  [
    'says that it is tried again',
    { ...terms({ retries: 2 }), instances: [exited(3)], slots: [began] },
    viewOf({
      status: 'creating',
      status_reason: 'replica 0 failed: it ended with exit code 3; try 2 of 3 follows',
      ready_replicas: 0,
    }),
  ],
  [
    'runs while a later try does',
    {
      ...terms({ retries: 2 }),
      instances: [exited(3), anInstance({ attempt: 2 })],
      slots: [aSlot({ run: aRun({ attempt: 2 }) })],
    },
    viewOf({ instances: ['c0-r1-try2'], restarts: 1 }),
  ],
  [
    'failed when its last try did',
    {
      ...terms({ retries: 1 }),
      instances: [exited(3), anInstance({ attempt: 2, state: 'exited', exitCode: 4 })],
      slots: [aSlot({ run: aRun({ attempt: 2 }) })],
    },
    viewOf({
      status: 'failed',
      status_reason: 'it ended with exit code 4',
      instances: ['c0-r1-try2'],
      ready_replicas: 0,
      restarts: 1,
    }),
  ],
  [
    'stands as its newest run does that is not over',
    { runs: [aRunRecord({ number: 2 }), overRun()] },
    viewOf({
      status: 'creating',
      status_reason: 'replica 0 is being created',
      instances: [],
      ready_replicas: 0,
    }),
  ],
  [
    'says for which run the next one waits',
    {
      instances: [anInstance()],
      slots: [began],
      runs: [aRunRecord({ number: 2 }), aRunRecord({ result: running })],
    },
    viewOf({
      status: 'pending',
      status_reason: 'run 2 begins when run 1 has ended',
      instances: [],
      ready_replicas: 0,
    }),
  ],
  [
    'says that a run is being ended',
    {
      instances: [anInstance()],
      slots: [began],
      runs: [aRunRecord({ result: running, cancelReason: 'cancelled by john' })],
    },
    viewOf({ status_reason: 'run 1 is being ended: cancelled by john' }),
  ],
  [
    'failed when its last run was ended',
    { runs: [aRunRecord({ cancelReason: 'cancelled by john' })] },
    viewOf({
      status: 'failed',
      status_reason: 'run 1 was ended: cancelled by john',
      instances: [],
      ready_replicas: 0,
    }),
  ],
  [
    'is pending before it was ever run',
    { runs: [] },
    viewOf({
      status: 'pending',
      status_reason: 'it has not been run yet',
      instances: [],
      ready_replicas: 0,
    }),
  ],
])('%s', (_, changes, view) => {
  expect(judge(aJob(changes), null).view).toEqual(view);
});

it('ends a run that has not begun when its revision is replaced before its image is known, and no other', () => {
  const runs = [aRunRecord({ number: 2, revision: 2 })];
  const judged = (revision: number) =>
    judge(aJob({ revision, pin: null, older: [second], runs }), null).change?.results ?? [];
  expect(judged(3)).toMatchObject([{ number: 2, result: { state: 'cancelled' } }]);
  // Declared between the reading of the deployment and that of its runs.
  expect(judged(1)).toEqual([]);
});
