/** Runs that ended long ago are forgotten, whatever the history has room for; the newest stays, so that no number comes twice. */
import { expect, it } from 'vitest';
import { judge } from '../../../core/reconcile/judge/judge.ts';
import { plan } from '../../../core/reconcile/plan/plan.ts';
import type { Subject } from '../../../core/reconcile/subject.ts';
import { runSlot } from '../../../core/run/run.ts';
import { aRunRecord } from '../../support/records.ts';
import { overRun } from '../../support/runs.ts';
import { anInstance, aSubject, later, lookedAt, type SubjectChanges } from '../../support/subjects.ts';

const dayMs = 86_400_000;
const historyAgeMs = 90 * dayMs;

const endedBefore = (number: number, days: number) => {
  const { result } = overRun();
  return overRun({ number, result: { ...result, finishedAt: later(-days * dayMs) } });
};
const aJob = (changes: SubjectChanges): Subject => aSubject({ kind: 'job', ...changes });
const aged = (changes: SubjectChanges): Subject => ({ ...aJob(changes), historyAgeMs });
const droppedOf = (subject: Subject) => judge(subject, null).change?.dropped ?? [];
const container = (run: number) => anInstance({ slot: runSlot(run, 0), state: 'exited' });

it('forgets runs that ended longer ago than the age of the history', () => {
  const runs = [endedBefore(4, 1), endedBefore(3, 89), endedBefore(2, 90), endedBefore(1, 200)];
  expect(droppedOf(aged({ runs }))).toEqual([2, 1]);
  expect(droppedOf(aJob({ runs }))).toEqual([]);
});

it('never forgets the newest run, and forgets the newest that is over beside an open one', () => {
  const old = [endedBefore(2, 300), endedBefore(1, 400)];
  expect(droppedOf(aged({ runs: old }))).toEqual([1]);
  expect(droppedOf(aged({ runs: [aRunRecord({ number: 3 }), ...old] }))).toEqual([2, 1]);
});

it('removes the containers of an old run first, and keeps those of the newest', () => {
  const subject = aged({
    runs: [endedBefore(2, 300), endedBefore(1, 400)],
    instances: [container(2), container(1)],
  });
  expect(droppedOf(subject)).toEqual([]);
  const actions = plan(subject).lanes.flatMap((lane) => lane.actions);
  const slot = runSlot(1, 0);
  expect(actions).toMatchObject([
    { kind: 'stopInstance', slot },
    { kind: 'removeInstance', slot },
  ]);
});

it('looks again when the next run is due to be forgotten', () => {
  const runs = [endedBefore(3, 10), endedBefore(2, 20), endedBefore(1, 30)];
  expect(judge(aged({ runs }), null).dueAt).toBe(lookedAt + 60 * dayMs);
});
