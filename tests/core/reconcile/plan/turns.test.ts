/** Whose turn it is in a rollout, row by row: what is there in, what each slot is brought to out. */
import { expect, it } from 'vitest';
import { takeTurns, turnsAtOnce } from '../../../../core/reconcile/plan/turns.ts';
import { aRolling, kept, old, pinned, proved, type RollingChanges, young } from '../../../support/rolling.ts';
import { anInstance, aPort } from '../../../support/subjects.ts';

/** Each slot's turn in words: the revision it is brought to, and whether it is on, rests there or is held as it is. */
const turnsOf = (changes: RollingChanges): string =>
  takeTurns(aRolling(changes))
    .map(({ subject, isOn, isHeld }) => {
      const { number } = subject.desired.revision;
      return `${number}${isOn ? ' on' : isHeld ? ' held' : ' rests'}`;
    })
    .join(', ');

const olds = (count: number) => Array.from({ length: count }, (_, slot) => old(slot));
const down = (slot: number) => old(slot, { state: 'exited' });
const crashing = (slot: number) => old(slot, { restartCount: 4, upMs: 200 });
const back = { state: 'rolling_back' } as const;
const isFirst = { stable: null, rollout: { from: null } };

it.each<[string, RollingChanges, string]>([
  ['begins with one of four', { replicas: 4, instances: olds(4) }, '2 on, 1 rests, 1 rests, 1 rests'],
  [
    'begins with as many as parallelism says',
    { replicas: 4, update: { parallelism: 3 }, instances: olds(4) },
    '2 on, 2 on, 2 on, 1 rests',
  ],
  [
    'begins with no more than there may be beside the old ones',
    { replicas: 4, update: { parallelism: 3, maxSurge: 2 }, instances: olds(4) },
    '2 on, 2 on, 1 rests, 1 rests',
  ],
  [
    'goes on with the one under way, and begins no other beside it',
    { replicas: 4, instances: [...olds(4), young(2)] },
    '1 rests, 1 rests, 2 on, 1 rests',
  ],
  [
    'goes on to the next once one is done',
    { replicas: 4, instances: [proved(0), ...olds(4).slice(1)] },
    '2 on, 2 on, 1 rests, 1 rests',
  ],
  [
    'takes one for under way until its old one is gone',
    { replicas: 4, instances: [proved(0), ...olds(4)] },
    '2 on, 1 rests, 1 rests, 1 rests',
  ],
  [
    'takes one for under way that was done and serves no more',
    { replicas: 4, instances: [proved(0, { state: 'restarting' }), ...olds(4).slice(1)] },
    '2 on, 1 rests, 1 rests, 1 rests',
  ],
  [
    'begins where nothing serves',
    { replicas: 4, instances: [old(0), old(1), crashing(2), old(3)] },
    '1 rests, 1 rests, 2 on, 1 rests',
  ],
  [
    'rests where nothing serves and others are under way',
    { replicas: 3, instances: [...olds(2), young(0), down(2)] },
    '2 on, 1 rests, 1 rests',
  ],
  [
    'rests slots that a scaling adds meanwhile',
    { replicas: 3, instances: [...olds(1), young(0)] },
    '2 on, 1 rests, 1 rests',
  ],
  [
    'begins no other while it is paused by hand',
    { replicas: 3, paused: true, instances: [...olds(3), young(0)] },
    '2 on, 1 rests, 1 rests',
  ],
  [
    'begins none at all where it was paused before',
    { replicas: 2, paused: true, instances: olds(2) },
    '1 rests, 1 rests',
  ],
  [
    'begins no other once it failed and waits for a person',
    { replicas: 3, rollout: { state: 'paused' }, instances: [proved(0), ...olds(3).slice(1)] },
    '2 on, 1 rests, 1 rests',
  ],
  [
    'brings all to the first revision at once',
    { replicas: 3, revision: 1, ...isFirst, instances: [] },
    '1 on, 1 on, 1 on',
  ],
  [
    'holds what serves though it never proved itself in all replicas, and fills what nothing serves in',
    { replicas: 5, ...isFirst, instances: [old(0), old(1), crashing(2), old(3)] },
    '2 on, 2 on, 2 on, 2 held, 2 on',
  ],
  [
    'leaves alone what a superseded rollout brought to serve until its turn comes',
    { replicas: 3, revision: 3, instances: [proved(0), proved(1), old(2)] },
    '3 on, 3 held, 1 rests',
  ],
  [
    'takes back to rest what a superseded rollout began and did not finish',
    { replicas: 3, revision: 3, instances: [proved(0), old(1), young(1), old(2)] },
    '3 on, 1 rests, 1 rests',
  ],
  [
    'rests where what a superseded rollout brought does not serve',
    {
      replicas: 3,
      revision: 3,
      instances: [anInstance({ revision: 3, upMs: 1_000 }), proved(1, { state: 'restarting' }), old(2)],
    },
    '3 on, 1 rests, 1 rests',
  ],
  [
    'turns the one that failed back first, and no more at once',
    { replicas: 3, rollout: back, instances: [proved(0), proved(1), old(2), young(2, { restartCount: 3 })] },
    '1 held, 1 held, 1 on',
  ],
  [
    'turns back what had come to the revision that failed, one after the other',
    { replicas: 3, rollout: back, instances: [proved(0), proved(1), old(2), kept(2)] },
    '1 on, 1 held, 1 on',
  ],
  [
    'turns back first where nothing serves',
    { replicas: 3, rollout: back, instances: [proved(0), proved(1, { state: 'exited' }), old(2), kept(2)] },
    '1 on, 1 on, 1 on',
  ],
  [
    'turns back though it is paused by hand',
    { replicas: 2, paused: true, rollout: back, instances: [proved(0), old(1), kept(1)] },
    '1 on, 1 on',
  ],
  [
    'stays at what proved itself once it has turned back',
    { replicas: 3, rollout: { state: 'rolled_back' }, instances: [old(0), kept(0), old(1)] },
    '1 on, 1 on, 1 on',
  ],
  [
    'goes on to what is declared after one that was turned back',
    { replicas: 2, revision: 3, rollout: { revision: 3 }, instances: [old(0), kept(0), old(1)] },
    '3 on, 1 rests',
  ],
  [
    'brings all that are missing at once where no rollout is under way',
    { replicas: 4, rollout: { state: 'completed' }, stable: pinned(2), instances: [proved(0)] },
    '2 on, 2 on, 2 on, 2 on',
  ],
  [
    'takes the instances of an equal spec for what is declared',
    { replicas: 2, specHash: 'hash-1', instances: olds(2) },
    '2 on, 2 on',
  ],
  ['has no turns where nothing is wanted', { replicas: 0, instances: olds(2) }, ''],
  ['has no turns where it is deleted', { deletedAt: '2024-01-15T10:30:00Z', instances: olds(1) }, ''],
  ['has no turns where it is a job: its runs keep to their revisions', { kind: 'job', replicas: 3 }, ''],
])('%s', (_, changes, expected) => {
  expect(turnsOf(changes)).toBe(expected);
});

const withPort = { spec: { ports: [aPort()] } };

it.each<[string, RollingChanges, number]>([
  ['one of one', { replicas: 1 }, 1],
  ['one of four', { replicas: 4 }, 1],
  ['two of five', { replicas: 5 }, 2],
  ['one where nothing is wanted', { replicas: 0 }, 1],
  ['as many as parallelism says', { replicas: 4, update: { parallelism: 4 } }, 4],
  ['no more than max_surge', { replicas: 10, update: { maxSurge: 1 } }, 1],
  ['no more than parallelism, whatever max_surge is', { replicas: 4, update: { maxSurge: 3 } }, 1],
  ['one where the old stops first', { replicas: 10, update: { order: 'stop-first' } }, 1],
  ['one where a port forces the old to stop first', { replicas: 10, ...withPort }, 1],
  [
    'as many as parallelism says where the old stops first, since none is beyond the replicas',
    { replicas: 4, update: { order: 'stop-first', parallelism: 2, maxSurge: 1 } },
    2,
  ],
  [
    'as the declared terms say on the way back, in the order of the one it goes back to',
    { replicas: 8, rollout: back, update: { parallelism: 3 }, stable: pinned(1, withPort) },
    3,
  ],
])('has under way at once %s', (_, changes, expected) => {
  expect(turnsAtOnce(aRolling(changes))).toBe(expected);
});
