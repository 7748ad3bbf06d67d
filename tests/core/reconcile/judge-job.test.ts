/** What an observation of a job means, row by row: its run begins once and ends once. */
import { expect, it } from 'vitest';
import type { ObservedView } from '../../../core/deployment/view.ts';
import { judge } from '../../../core/reconcile/judge.ts';
import type { Run } from '../../../core/reconcile/memory.ts';
import { aSlot, aView, madeAt } from '../../support/records.ts';
import {
  anInstance,
  aRefusedSlot,
  aRun,
  aSubject,
  later,
  lookedAt,
  type SubjectChanges,
} from '../../support/subjects.ts';

const aJob = (changes: SubjectChanges) => aSubject({ kind: 'job', ...changes });
const viewOf = (changes: Partial<ObservedView>): ObservedView => aView({ instances: ['c0-r1'], ...changes });

const began = aSlot({ run: aRun() });
const ended = (outcome: 'completed' | 'failed', exitCode: number | null, reason: string | null): Run =>
  aRun({ outcome, exitCode, reason, finishedAt: later(-1_000) });
const completed = aSlot({ run: ended('completed', 0, null) });
const failed = aSlot({ run: ended('failed', 3, 'it ended with exit code 3') });
const exited = (exitCode: number) => anInstance({ state: 'exited', exitCode });
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
    'is to run again at a new revision',
    { revision: 2, instances: [exited(0)], slots: [completed] },
    viewOf({ status: 'creating', status_reason: 'replica 0 is being created', ready_replicas: 0 }),
  ],
  [
    'is not run again at a revision of an equal spec',
    { revision: 2, specHash: 'hash-1', instances: [exited(0)], slots: [completed] },
    viewOf({ status: 'completed' }),
  ],
])('%s', (_, changes, view) => {
  expect(judge(aJob(changes), null).view).toEqual(view);
});

it('remembers how a run ended and tells of it, once', () => {
  const first = judge(aJob({ instances: [exited(0)], slots: [began] }), aView());
  const run = aRun({ finishedAt: madeAt, exitCode: 0, outcome: 'completed' });
  expect(first.memory.slots).toEqual({ 0: aSlot({ instanceId: 'c0-r1', run }) });
  expect(first.events.map(({ reason, message }) => [reason, message])).toEqual([
    ['JobCompleted', 'Job container default_web_0_r1 completed'],
    ['StatusChanged', 'Status changed from running to completed'],
  ]);
  const again = { ...aJob({ instances: [exited(0)], now: lookedAt + 9_000 }), memory: first.memory };
  const { memory, events } = judge(again, first.view);
  expect({ memory, events }).toEqual({ memory: first.memory, events: [] });
});
