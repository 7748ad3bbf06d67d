/** What a job needs, row by row: run once, and never again once it began. */
import { expect, it } from 'vitest';
import type { Action } from '../../../core/reconcile/actions.ts';
import { plan } from '../../../core/reconcile/plan.ts';
import { clears, create, planOf, type Row, remove, rowsOf, stop, tries } from '../../support/plan-rows.ts';
import { aSlot } from '../../support/records.ts';
import {
  anInstance,
  aRefusedSlot,
  aRun,
  aSubject,
  later,
  lookedAt,
  type SubjectChanges,
} from '../../support/subjects.ts';

const begin = (target = 'default_web_0_r1'): readonly Action[] => [
  { kind: 'intendRun', slot: 0 },
  { kind: 'startInstance', slot: 0, target },
];
const newer = 'a newer revision takes its place';
const began = aSlot({ run: aRun() });
const done = aSlot({ run: aRun({ outcome: 'completed', exitCode: 0, finishedAt: later(-1) }) });
const broke = aSlot({ run: aRun({ outcome: 'failed', exitCode: 3, finishedAt: later(-1) }) });

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
  ['does not run again what completed', { instances: [anInstance({ state: 'exited' })], slots: [done] }, []],
  ['does not run again what completed and was removed', { slots: [done] }, []],
  ['does not run again what failed', { instances: [anInstance({ state: 'exited' })], slots: [broke] }, []],
  ['does not start what ended', { instances: [anInstance({ state: 'exited' })], slots: [began] }, []],
  ['leaves alone what is dead', { instances: [anInstance({ state: 'dead' })], slots: [began] }, []],
  ['waits for a removal under way', { instances: [anInstance({ state: 'removing' })] }, []],
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
    'runs a new revision in place of the old',
    { revision: 2, instances: [anInstance({ state: 'exited' })], slots: [done] },
    [tries(stop('c0-r1', newer), remove('c0-r1', newer), create, ...begin('default_web_0_r2'))],
  ],
  [
    'clears the old away though the new is done',
    {
      revision: 2,
      instances: [anInstance(), anInstance({ revision: 2, state: 'exited' })],
      slots: [{ ...done, revision: 2 }],
    },
    [clears(stop('c0-r1', newer), remove('c0-r1', newer))],
  ],
])('%s', (_, changes, lanes) => {
  expect(rowsOf(plan(aSubject({ kind: 'job', ...changes })))).toEqual(planOf(lanes));
});

it('runs each of several slots', () => {
  const slots = [0, 1].map((slot) => ({
    slot,
    actions: [
      { kind: 'createInstance', slot, serves: true },
      { kind: 'intendRun', slot },
      { kind: 'startInstance', slot, target: `default_web_${slot}_r1` },
    ] satisfies Action[],
    counts: true,
  }));
  expect(rowsOf(plan(aSubject({ kind: 'job', replicas: 2 })))).toEqual(planOf(slots));
});

it('waits before it tries again', () => {
  const slots = [aRefusedSlot({ retryAt: later(1_000) })];
  expect(rowsOf(plan(aSubject({ kind: 'job', slots })))).toEqual(planOf([], { dueAt: lookedAt + 1_000 }));
});
