/** How a rollout goes, row by row: what it is told to be and what is there in, where it stands and what is told out. */
import { expect, it } from 'vitest';
import { madeAt } from '../../../support/records.ts';
import {
  aRolling,
  crashed,
  type Expected,
  expected,
  imageless,
  kept,
  old,
  pinned,
  proved,
  type RollingChanges,
  readinessCheck,
  ready,
  refused,
  rolling,
  rolloutOutcome,
  unready,
  young,
} from '../../../support/rolling.ts';
import { aFault, anInstance, aPort, aRollout, later } from '../../../support/subjects.ts';

type Row = [title: string, changes: RollingChanges, outcome: Expected];

const fresh = { startedAt: madeAt, progressAt: madeAt };
const started = 'Rollout of revision 2 began, from revision 1';
const portHeld = 'its host port 127.0.0.1:8080 can be held by one instance only';
const rolledBack = aRollout({ revision: 2, from: 1, state: 'rolled_back', reason: 'bad' });

it.each<Row>([
  ['begins where another revision is declared', {}, { told: [started] }],
  [
    'begins with the fact that a port forces the old one to stop first',
    { spec: { ports: [aPort()] } },
    { told: [started, `The old replica is stopped before the new one starts: ${portHeld}`] },
  ],
  [
    'begins without that where it was declared to stop first',
    { spec: { ports: [aPort()] }, update: { order: 'stop-first' } },
    { told: [started] },
  ],
  [
    'begins instead of one that was under way',
    { revision: 3, memory: { stable: 1, rollout: aRollout({ revision: 2, from: 1 }) } },
    {
      revision: 3,
      told: ['Rollout of revision 3 began, from revision 1; revision 2, still under way, gives way to it'],
    },
  ],
  [
    'begins after one that was rolled back',
    { revision: 3, memory: { stable: 1, rollout: rolledBack } },
    { revision: 3, told: ['Rollout of revision 3 began, from revision 1'] },
  ],
  ['has heeded the resumes that were there before it', { resumes: 4 }, { resumes: 4, told: [started] }],
])('%s', (_, changes, outcome) => {
  const none = { memory: { stable: 1, rollout: null }, instances: [old()] };
  expect(rolloutOutcome(aRolling({ ...none, ...changes }))).toEqual(expected({ ...fresh, ...outcome }));
});

it('begins the first without a word, and finds it complete in the same look where all is there', () => {
  const subject = aRolling({ revision: 1, stable: null, instances: [old()], rollout: null });
  expect(rolloutOutcome(subject)).toEqual({
    rollout: aRollout({ state: 'completed', updated: 1, finishedAt: madeAt }),
    stable: 1,
    told: [],
  });
});

const whole = { replicas: 2, instances: [proved(0), proved(1)] };
const over = { state: 'completed', updated: 2, finishedAt: madeAt } as const;
const complete = { ...over, stable: 2, told: ['Rollout of revision 2 is complete: 2 of 2 replicas'] };

it.each<Row>([
  ['goes on while none has taken over', { replicas: 2, instances: [old(0), old(1), young(0)] }, {}],
  [
    'notes when one has taken over',
    { replicas: 2, instances: [proved(0), old(1)] },
    { updated: 1, progressAt: madeAt },
  ],
  [
    'is not moved by one that is counted already',
    { replicas: 2, rollout: { updated: 1 }, instances: [proved(0), old(1)] },
    { updated: 1 },
  ],
  ['counts none whose old one is still there', { replicas: 2, instances: [proved(0), old(0), old(1)] }, {}],
  ['goes on while it is paused by hand', { paused: true, instances: [old(), young()] }, {}],
  [
    'has its deadline anew once it was paused and resumed by hand',
    { resumes: 1, instances: [old(), young()] },
    { resumes: 1, progressAt: madeAt },
  ],
  ['is complete when all have taken over', whole, complete],
  [
    'is not complete while one of them is not ready',
    {
      ...whole,
      spec: { healthChecks: [readinessCheck] },
      health: { 'c0-r2': ready, 'c1-r2': unready },
    },
    { updated: 1, progressAt: madeAt },
  ],
  [
    'is complete at once where only its terms or checks are other ones',
    { replicas: 2, specHash: 'hash-1', instances: [old(0), old(1)] },
    complete,
  ],
  [
    'is complete where nothing is wanted, and proves nothing',
    { replicas: 0 },
    { ...over, updated: 0, told: ['Rollout of revision 2 is complete: 0 of 0 replicas'] },
  ],
  [
    'proves itself when all replicas are there, though it was complete with none',
    { ...whole, rollout: { ...over, updated: 0 } },
    { ...over, updated: 0, stable: 2 },
  ],
  [
    'stays complete though a replica is missing later',
    { replicas: 2, rollout: over, stable: pinned(2), instances: [proved(0)] },
    { ...over, from: 2, stable: 2 },
  ],
])('%s', (_, changes, outcome) => {
  expect(rolloutOutcome(rolling(changes))).toEqual(expected(outcome));
});

const reason = 'replica 0 ended 3 times in a row';
const stopped = { state: 'paused', reason } as const;
const goesOn = { resumes: 1, progressAt: madeAt };
const made = anInstance({ revision: 2, state: 'created' });
const gone = aFault({ status: 'image_pull_back_off', reason: 'no such image' });

it.each<Row>([
  [
    'waits for a person once it stopped',
    { rollout: stopped, instances: [old(), young()], slots: [crashed(4)] },
    stopped,
  ],
  [
    'is complete though it had stopped when all have taken over after all',
    { ...whole, rollout: stopped },
    complete,
  ],
  [
    'is resumed, and ends before count no more',
    { resumes: 1, rollout: stopped, instances: [old(), young()], slots: [crashed(4)] },
    goesOn,
  ],
  [
    'is resumed, and refusals before count no more',
    { resumes: 1, rollout: stopped, instances: [old(), made], slots: [refused(5)] },
    goesOn,
  ],
  [
    'is resumed, and asks for its image again',
    { ...imageless(3, gone), resumes: 1, rollout: stopped },
    goesOn,
  ],
])('%s', (_, changes, outcome) => {
  expect(rolloutOutcome(rolling(changes))).toEqual(expected(outcome));
});

const turned = { state: 'rolling_back', reason } as const;

it.each<Row>([
  [
    'is rolling back while not all are back',
    { replicas: 2, rollout: turned, instances: [proved(0), old(1), kept(1)] },
    turned,
  ],
  ['is rolling back while what failed still runs', { rollout: turned, instances: [old(), young()] }, turned],
  [
    'is rolled back once all are back, what failed being kept for its logs',
    { rollout: { ...turned, updated: 1 }, instances: [old(), kept()] },
    {
      ...turned,
      state: 'rolled_back',
      updated: 1,
      finishedAt: madeAt,
      told: ['Revision 2 was rolled back to revision 1'],
    },
  ],
  [
    'stays rolled back, whatever becomes of the one it went back to',
    { rollout: { ...turned, state: 'rolled_back' }, instances: [old(0, { state: 'restarting' }), kept()] },
    { ...turned, state: 'rolled_back' },
  ],
])('%s', (_, changes, outcome) => {
  expect(rolloutOutcome(rolling(changes))).toEqual(expected(outcome));
});

const failed = { state: 'failed', revision: 1, from: null, reason } as const;
const first = { revision: 1, stable: null };

it.each<Row>([
  [
    'stays failed while the first does not come up',
    { ...first, instances: [old(0, { upMs: 1_000 })], rollout: failed },
    { ...failed, stable: null },
  ],
  [
    'is complete when the first came up after all',
    { ...first, instances: [old()], rollout: failed },
    { ...failed, state: 'completed', updated: 1, finishedAt: madeAt, reason: null, stable: 1 },
  ],
  [
    'says that the first did not come up in time',
    {
      ...first,
      instances: [old(0, { upMs: 1_000 })],
      rollout: { revision: 1, from: null, progressAt: later(-600_000) },
    },
    {
      ...failed,
      progressAt: later(-600_000),
      reason: 'not all replicas came up within 10m',
      told: ['Revision 1 failed: not all replicas came up within 10m'],
      stable: null,
    },
  ],
])('%s', (_, changes, outcome) => {
  expect(rolloutOutcome(rolling(changes))).toEqual(expected(outcome));
});
