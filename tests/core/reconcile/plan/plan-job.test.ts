/** What a job needs, row by row: each part of a run is run once, tried again where that was asked for, and cleared away. */
import { expect, it } from 'vitest';
import type { Action } from '../../../../core/reconcile/plan/actions.ts';
import { plan } from '../../../../core/reconcile/plan/plan.ts';
import type { RunRecord } from '../../../../core/run/run.ts';
import { clears, create, planOf, type Row, remove, rowsOf, stop, tries } from '../../../support/plan-rows.ts';
import { aRevision, aRunRecord, aSlot, aSpec, madeAt } from '../../../support/records.ts';
import { exited, over, overRun, running, terms } from '../../../support/runs.ts';
import {
  anInstance,
  aRefusedSlot,
  aRun,
  aSubject,
  later,
  lookedAt,
  type SubjectChanges,
} from '../../../support/subjects.ts';

const begin = (target = 'default_web_0_r1', attempt = 1): readonly Action[] => [
  { kind: 'intendRun', slot: 0, attempt },
  { kind: 'startInstance', slot: 0, target },
];
const began = aSlot({ run: aRun() });
const done = aSlot({ run: aRun({ outcome: 'completed', exitCode: 0, finishedAt: later(-1) }) });
const broke = aSlot({ run: aRun({ outcome: 'failed', exitCode: 3, finishedAt: later(-1) }) });

const goesOn = (changes: Partial<RunRecord> = {}) => aRunRecord({ result: running, ...changes });
const at = (slot: number, row: Row): Row => ({
  ...row,
  slot,
  actions: row.actions.map((action) => ('slot' in action ? { ...action, slot } : action)),
});
const ended = exited(3);

it.each<[string, SubjectChanges, readonly Row[]]>([
  ['makes, intends and starts a run', {}, [tries(create, ...begin())]],
  [
    'begins what was made and never started',
    { instances: [anInstance({ state: 'created' })] },
    [tries(...begin('c0-r1'))],
  ],
  [
    'begins what was intended and, as can be seen, never started',
    { instances: [anInstance({ state: 'created' })], slots: [began] },
    [tries(...begin('c0-r1'))],
  ],
  [
    'makes anew what could not be started',
    { instances: [anInstance({ state: 'created' })], slots: [aRefusedSlot()] },
    [tries(remove('c0-r1', 'it could not be started'), create, ...begin())],
  ],
  ['leaves alone what runs', { instances: [anInstance()], slots: [began] }, []],
  ['does not run again what began and vanished', { slots: [began] }, []],
  ['does not run again what completed', { instances: [ended], slots: [done] }, []],
  ['does not run again what completed and was removed', { slots: [done] }, []],
  ['does not run again what failed', { instances: [ended], slots: [broke] }, []],
  ['does not start what ended', { instances: [ended], slots: [began] }, []],
  ['leaves alone what is dead', { instances: [anInstance({ state: 'dead' })], slots: [began] }, []],
  ['waits for a removal under way', { instances: [anInstance({ state: 'removing' })] }, []],
  ['does not run again what is over', { instances: [ended], runs: [overRun()] }, []],
  ['does not run again what is over and was removed', { runs: [overRun()] }, []],
  [
    'unpauses what was paused by hand',
    { instances: [anInstance({ state: 'paused' })], slots: [began] },
    [tries({ kind: 'unpauseInstance', slot: 0, target: 'c0-r1' })],
  ],
  [
    'joins what lost its network',
    { instances: [anInstance({ connected: false })], slots: [began] },
    [tries({ kind: 'connectInstance', slot: 0, target: 'c0-r1', serves: true })],
  ],
  [
    'tries again what failed and may',
    { ...terms({ retries: 1 }), instances: [ended], slots: [broke] },
    [
      tries(
        { kind: 'createInstance', slot: 0, serves: true, attempt: 2 },
        ...begin('default_web_0_r1_try2', 2),
      ),
    ],
  ],
  [
    'begins another try that was made and never started',
    {
      ...terms({ retries: 1 }),
      instances: [ended, anInstance({ attempt: 2, state: 'created' })],
      slots: [broke],
    },
    [tries(...begin('c0-r1-try2', 2))],
  ],
  [
    'does not begin another try for what is to end',
    {
      ...terms({ retries: 1 }),
      instances: [ended],
      slots: [broke],
      runs: [aRunRecord({ cancelReason: 'by hand' })],
    },
    [],
  ],
  [
    'removes a try before the last that failed',
    {
      ...terms({ retries: 2 }),
      instances: [ended, anInstance({ attempt: 2, state: 'exited' }), anInstance({ attempt: 3 })],
      slots: [aSlot({ run: aRun({ attempt: 3 }) })],
    },
    [clears(stop('c0-r1', 'a later try took its place'), remove('c0-r1', 'a later try took its place'))],
  ],
  [
    'stops what is to end',
    { instances: [anInstance()], slots: [began], runs: [aRunRecord({ cancelReason: 'by hand' })] },
    [clears(stop('c0-r1', 'by hand'))],
  ],
  [
    'stops what took too long',
    {
      ...terms({ timeoutMs: 2_000 }),
      instances: [anInstance()],
      slots: [began],
      runs: [goesOn()],
    },
    [clears(stop('c0-r1', 'it took longer than its timeout of 2s'))],
  ],
  [
    'stops what runs of a run that is over',
    { instances: [anInstance()], runs: [overRun({ result: over('failed', 'no') })] },
    [clears(stop('c0-r1', 'run 1 is over'))],
  ],
  [
    'begins no run before the one before it is over',
    { instances: [anInstance()], slots: [began], runs: [aRunRecord({ number: 2 }), goesOn()] },
    [],
  ],
  [
    'begins a run beside another where that is allowed',
    {
      ...terms({ concurrency: 'allow' }),
      instances: [anInstance()],
      slots: [began],
      runs: [aRunRecord({ number: 2 }), goesOn()],
    },
    [at(1000, tries(create, ...begin('default_web_0_r1_run2')))],
  ],
  [
    'begins no run beside one that makes way for it',
    {
      ...terms({ concurrency: 'allow' }),
      instances: [anInstance()],
      slots: [began],
      runs: [aRunRecord({ number: 2 }), goesOn({ cancelReason: 'another one is due' })],
    },
    [clears(stop('c0-r1', 'another one is due'))],
  ],
  [
    'runs a new revision and keeps what the old one left',
    {
      revision: 2,
      instances: [ended],
      runs: [aRunRecord({ number: 2, revision: 2 }), overRun()],
    },
    [at(1000, tries(create, ...begin('default_web_0_r2_run2')))],
  ],
  [
    'goes on with the revision that a run was begun with',
    {
      revision: 2,
      older: [aRevision({ spec: aSpec({ kind: 'job' }), pin: { imageId: 'sha256:1', repoDigest: null } })],
      instances: [anInstance({ connected: false })],
      slots: [began],
      runs: [goesOn()],
    },
    [tries({ kind: 'connectInstance', slot: 0, target: 'c0-r1', serves: true })],
  ],
  [
    'clears the place of a part before it begins',
    { revision: 2, instances: [anInstance()] },
    [clears(stop('c0-r1', 'another one takes its place'), remove('c0-r1', 'another one takes its place'))],
  ],
  [
    'removes what no run is known of',
    { instances: [anInstance({ slot: 4000, state: 'exited' })], runs: [overRun()] },
    [
      at(
        4000,
        clears(stop('c4000-r1', 'no run of it is known'), remove('c4000-r1', 'no run of it is known')),
      ),
    ],
  ],
  [
    'removes what runs beyond the history left',
    {
      ...terms({ history: 1 }),
      instances: [ended],
      runs: [overRun({ number: 2 }), overRun()],
    },
    [clears(stop('c0-r1', 'run 1 is not kept'), remove('c0-r1', 'run 1 is not kept'))],
  ],
  [
    'removes what a run left once it was kept for as long as asked',
    { ...terms({ ttlMs: 1_000 }), instances: [ended], runs: [overRun()] },
    [clears(stop('c0-r1', 'run 1 is not kept'), remove('c0-r1', 'run 1 is not kept'))],
  ],
])('%s', (_, changes, lanes) => {
  expect(rowsOf(plan(aSubject({ kind: 'job', ...changes })))).toEqual(planOf(lanes));
});

const fresh = (slot: number): Row => at(slot, tries(create, ...begin(`default_web_${slot}_r1`)));

it('runs all parts at once, or as many as may', () => {
  const planned = (changes: SubjectChanges) =>
    rowsOf(plan(aSubject({ kind: 'job', replicas: 3, ...changes })));
  expect(planned({})).toEqual(planOf([fresh(0), fresh(1), fresh(2)]));
  const two = terms({ parallelism: 2 });
  expect(planned(two)).toEqual(planOf([fresh(0), fresh(1)]));
  const instances = [anInstance()];
  expect(planned({ ...two, instances, slots: [began] })).toEqual(planOf([fresh(1)]));
  expect(planned({ ...two, instances: [ended], slots: [done] })).toEqual(planOf([fresh(1), fresh(2)]));
});

it('goes on with other parts while one waits to be tried again', () => {
  const waits = aSlot({ ...broke, retryAt: later(1_000) });
  const changes = {
    ...terms({ parallelism: 1, retries: 1 }),
    instances: [ended],
    slots: [waits],
    replicas: 2,
  };
  expect(rowsOf(plan(aSubject({ kind: 'job', ...changes })))).toEqual(
    planOf([fresh(1)], { dueAt: lookedAt + 1_000 }),
  );
});

it('waits before it tries again', () => {
  const slots = [aRefusedSlot({ retryAt: later(1_000) })];
  expect(rowsOf(plan(aSubject({ kind: 'job', slots })))).toEqual(planOf([], { dueAt: lookedAt + 1_000 }));
});

it('removes nothing while that is not to be tried', () => {
  const teardown = { failures: 1, retryAt: later(500), fault: null };
  const subject = aSubject({
    kind: 'job',
    instances: [anInstance({ slot: 4000 })],
    memory: { teardown },
    slots: [done],
  });
  expect(rowsOf(plan(subject))).toEqual(planOf([], { dueAt: lookedAt + 500 }));
});

it('takes all of it down when it is deleted, running or not', () => {
  const why = 'the deployment is deleted';
  const subject = aSubject({
    kind: 'job',
    deletedAt: madeAt,
    instances: [anInstance()],
    runs: [goesOn()],
  });
  expect(rowsOf(plan(subject))).toEqual(planOf([clears(stop('c0-r1', why), remove('c0-r1', why))]));
});
