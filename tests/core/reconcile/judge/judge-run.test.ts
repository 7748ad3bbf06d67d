/** What an observation of a run means: what is recorded of it, what is remembered, and when it is ended or forgotten. */
import { expect, it } from 'vitest';
import { judge } from '../../../../core/reconcile/judge/judge.ts';
import type { RunResult } from '../../../../core/run/run.ts';
import { aPart, aRunRecord, aSlot, aView, madeAt } from '../../../support/records.ts';
import { anEndedTry, exited, over, overRun, running, terms } from '../../../support/runs.ts';
import {
  anInstance,
  aRun,
  aSubject,
  later,
  lookedAt,
  type SubjectChanges,
} from '../../../support/subjects.ts';

const aJob = (changes: SubjectChanges) => aSubject({ kind: 'job', ...changes });
const began = aSlot({ run: aRun() });

const resultsOf = (changes: SubjectChanges) => judge(aJob(changes), null).change?.results;

it('records how a run ended and tells of it, once', () => {
  const first = judge(aJob({ instances: [exited(0)], slots: [began] }), aView());
  const result = over('completed', null);
  expect(first.memory.slots).toEqual({});
  expect(first.change).toEqual({ results: [{ number: 1, result }], added: [], cancelled: [], dropped: [] });
  expect(first.events.map(({ reason, message }) => [reason, message])).toEqual([
    ['RunStarted', 'Run 1 started: revision 1'],
    ['JobCompleted', 'Job container default_web_0_r1 completed'],
    ['RunCompleted', 'Run 1 completed'],
    ['StatusChanged', 'Status changed from running to completed'],
  ]);
  const again = aJob({ instances: [exited(0)], now: lookedAt + 9_000, runs: first.runs });
  const { memory, change, events } = judge({ ...again, memory: first.memory }, first.view);
  expect({ memory, change, events }).toEqual({ memory: first.memory, change: null, events: [] });
});

it('remembers when the next try may come, and what came of the last', () => {
  const subject = aJob({ ...terms({ retries: 2 }), instances: [exited(3)], slots: [began] });
  const { memory, change, events } = judge(subject, aView());
  const reason = 'it ended with exit code 3';
  const run = anEndedTry('failed', 3);
  expect(memory.slots).toEqual({ 0: aSlot({ instanceId: 'c0-r1', run, retryAt: later(1_000) }) });
  const parts = [aPart({ attempts: 1, exitCode: 3, startedAt: later(-2_000), reason })];
  expect(change?.results).toEqual([{ number: 1, result: { ...running, parts } }]);
  expect(events.map((event) => [event.reason, event.message])).toContainEqual([
    'AttemptFailed',
    'Job container default_web_0_r1 failed: it ended with exit code 3; it is tried again',
  ]);
});

it('remembers nothing more of a part that is over while others go on', () => {
  const subject = aJob({
    replicas: 2,
    instances: [exited(0), anInstance({ slot: 1 })],
    slots: [began, began],
  });
  expect(judge(subject, null).memory.slots).toEqual({ 1: { ...began, instanceId: 'c1-r1' } });
});

it('takes what it sees of a later try for more than it remembers', () => {
  const instances = [exited(3), anInstance({ attempt: 2, state: 'exited', exitCode: 0, upMs: 1_500 })];
  const parts = [
    aPart({
      attempts: 2,
      outcome: 'completed',
      exitCode: 0,
      startedAt: later(-1_500),
      finishedAt: later(-1_000),
    }),
  ];
  const result = { ...over('completed', null), startedAt: later(-1_500), parts };
  expect(resultsOf({ instances })).toEqual([{ number: 1, result }]);
});

it('believes no clock that says that a try ended before it began', () => {
  const instances = [anInstance({ state: 'exited', exitCode: 0, finishedAt: lookedAt - 86_400_000 })];
  const [found] = resultsOf({ instances, slots: [began] }) ?? [];
  expect(found?.result.finishedAt).toBe(later(-2_000));
});

it.each<[string, SubjectChanges, Partial<RunResult>]>([
  [
    'a run that is asked to end is ended by what is seen first, and by force only after that',
    {
      instances: [exited(0)],
      slots: [began],
      runs: [aRunRecord({ result: running, cancelReason: 'cancelled by john' })],
    },
    { state: 'completed', reason: null },
  ],
  [
    'whatever it ends with once it was told to, it was ended',
    {
      instances: [exited(0)],
      slots: [began],
      runs: [
        aRunRecord({
          result: { ...running, reason: 'cancelled by john' },
          cancelReason: 'cancelled by john',
        }),
      ],
    },
    { state: 'cancelled', reason: 'cancelled by john', finishedAt: madeAt },
  ],
  [
    'a run that took too long failed, once its process has ended',
    {
      ...terms({ timeoutMs: 1_500 }),
      instances: [exited(143)],
      slots: [began],
      runs: [aRunRecord({ result: { ...running, reason: 'it took longer than its timeout of 1500ms' } })],
    },
    { state: 'failed', reason: 'it took longer than its timeout of 1500ms', finishedAt: madeAt },
  ],
  [
    'a run that took too long goes on until its process has ended',
    {
      ...terms({ timeoutMs: 1_500 }),
      instances: [anInstance()],
      slots: [began],
      runs: [aRunRecord({ result: running })],
    },
    { state: 'running', reason: 'it took longer than its timeout of 1500ms', finishedAt: null },
  ],
  [
    'a run that never began is ended at once',
    { runs: [aRunRecord({ cancelReason: 'cancelled by john' })] },
    { state: 'cancelled', startedAt: null, reason: 'cancelled by john', finishedAt: madeAt },
  ],
])('%s', (_, changes, expected) => {
  expect(resultsOf(changes)).toMatchObject([{ number: 1, result: expected }]);
});

it('says when the time of a run is up, and when what it left goes', () => {
  const dueAt = (changes: SubjectChanges) => judge(aJob(changes), null).dueAt;
  const runs = [aRunRecord({ result: running })];
  expect(dueAt({ ...terms({ timeoutMs: 5_000 }), instances: [anInstance()], slots: [began], runs })).toBe(
    lookedAt + 3_000,
  );
  expect(dueAt({ ...terms({ ttlMs: 5_000 }), instances: [exited(0)], runs: [overRun()] })).toBe(
    lookedAt + 4_000,
  );
  expect(dueAt({ ...terms({ ttlMs: 5_000 }), runs: [overRun()] })).toBeNull();
});

it('forgets runs beyond the history, once nothing of them is left', () => {
  const runs = [3, 2, 1].map((number) => overRun({ number }));
  const history = terms({ history: 1 });
  const change = (instances: SubjectChanges['instances'] = []) =>
    judge(aJob({ ...history, runs, instances }), null).change;
  expect(change()?.dropped).toEqual([2, 1]);
  expect(change([exited(0)])?.dropped).toEqual([2]);
});

it('ends a run that never began and nobody can begin any more', () => {
  const runs = [aRunRecord({ number: 2, revision: 2 }), aRunRecord()];
  expect(resultsOf({ revision: 2, runs, pin: null })).toMatchObject([
    { number: 1, result: { state: 'cancelled', reason: 'revision 1 is not kept any more' } },
  ]);
});
