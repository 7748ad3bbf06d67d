/** What a rollout fails for and what it passes over, row by row, and what becomes of it then. */
import { expect, it } from 'vitest';
import { judge } from '../../../../core/reconcile/judge/judge.ts';
import type { RolloutMemory } from '../../../../core/reconcile/memory.ts';
import {
  crashed,
  expected,
  failing,
  imageless,
  old,
  proved,
  type RollingChanges,
  readinessCheck,
  refused,
  rolling,
  rolloutOutcome,
  unready,
  young,
} from '../../../support/rolling.ts';
import { aFault, anInstance, later, lookedAt } from '../../../support/subjects.ts';

const made = anInstance({ revision: 2, state: 'created' });
const gone = { status: 'image_pull_back_off', reason: 'no such image' } as const;
const passing = aFault({ status: 'error', reason: 'the engine did not answer', passing: true });
const checked = (health: typeof failing): RollingChanges => ({
  instances: [old(), young()],
  spec: { healthChecks: [readinessCheck] },
  health: { 'c0-r2': health },
});

/** What happened, and the reason for which the rollout fails; null: it does not. */
type Row = [title: string, changes: RollingChanges, reason: string | null];

const rows: readonly Row[] = [
  [
    'a replica ended three times',
    { instances: [old(), young()], slots: [crashed(3)] },
    'replica 0 ended 3 times in a row',
  ],
  [
    'a replica ended three times and wrote why',
    { instances: [old(), young()], slots: [crashed(3, 'no such file')] },
    'replica 0 ended 3 times in a row; it wrote last: no such file',
  ],
  [
    'a replica ended three times, and what it wrote is not read yet',
    { instances: [old(), young()], slots: [{ ...crashed(3), lastWords: null }] },
    null,
  ],
  [
    'a replica ended six times, and what it wrote cannot be read',
    { instances: [old(), young()], slots: [{ ...crashed(6), lastWords: null }] },
    'replica 0 ended 6 times in a row',
  ],
  ['a replica ended twice', { instances: [old(), young()], slots: [crashed(2)] }, null],
  ['a start was refused three times', { instances: [old(), made], slots: [refused(3)] }, 'no such command'],
  ['a start was refused twice', { instances: [old(), made], slots: [refused(2)] }, null],
  [
    'a start was refused again and again for what may pass',
    { instances: [old(), made], slots: [refused(9, passing)] },
    null,
  ],
  ['its image was not there three times', imageless(3, gone), 'no such image'],
  ['its image was not there twice', imageless(2, gone), null],
  ['its image cannot be reached', imageless(9, passing), null],
  ['a check of a replica fails', checked(failing), 'replica 0 is not healthy: GET /ready answered 500'],
  ['a replica is not ready yet', checked(unready), null],
  [
    'a replica ended for good',
    { instances: [old(), young(0, { state: 'exited', exitCode: 2 })], spec: { restartPolicy: 'never' } },
    'replica 0 ended with exit code 2 and restart_policy never does not start it again',
  ],
  [
    'a replica that had taken over ends again and again while another is under way',
    {
      replicas: 2,
      rollout: { updated: 1 },
      instances: [proved(0, { upMs: 100 }), old(1), young(1)],
      slots: [crashed(3)],
    },
    'replica 0 ended 3 times in a row',
  ],
  [
    'an old one that waits for its turn ends again and again',
    { replicas: 2, instances: [old(0), young(0), old(1, { restartCount: 5, upMs: 100 })] },
    null,
  ],
  [
    'none took over within the deadline',
    {
      rollout: { progressAt: later(-600_000) },
      instances: [old(), young(0, { state: 'restarting', exitCode: 1 })],
    },
    'no replica took over within 10m: replica 0 ended with exit code 1 and is being started again',
  ],
  [
    'the deadline is about to end',
    { rollout: { progressAt: later(-599_999) }, instances: [old(), young()] },
    null,
  ],
  [
    'the deadline ended while it is paused by hand',
    { paused: true, rollout: { progressAt: later(-600_000) }, instances: [old(), young()] },
    null,
  ],
  [
    'the deadline ended while it was paused by hand, and it has just been resumed',
    { resumes: 1, rollout: { progressAt: later(-600_000) }, instances: [old(), young()] },
    null,
  ],
];

/** What it remembers apart from failing: a rollout that was resumed begins its deadline anew. */
const standing = ({ rollout, resumes }: RollingChanges): Partial<RolloutMemory> => ({
  ...rollout,
  ...(resumes ? { resumes, progressAt: later(0) } : {}),
});

const outcomeOf = (changes: RollingChanges, reason: string | null, state: RolloutMemory['state']) =>
  expected({
    ...standing(changes),
    ...(reason === null ? {} : { state, reason, told: [`Revision 2 failed: ${reason}`] }),
  });

it.each(rows)('turns back or goes on when %s', (_, changes, reason) => {
  expect(rolloutOutcome(rolling(changes))).toEqual(outcomeOf(changes, reason, 'rolling_back'));
});

it.each(rows)('stops for a person or goes on when %s, where that is declared', (_, changes, reason) => {
  const subject = rolling({ ...changes, update: { onFailure: 'pause' } });
  expect(rolloutOutcome(subject)).toEqual(outcomeOf(changes, reason, 'paused'));
});

it.each(rows)(
  'fails without a way back or goes on when %s, where nothing proved itself',
  (_, changes, reason) => {
    const { memory, ...declared } = changes;
    const first = {
      memory: { ...memory, stable: null },
      stable: null,
      rollout: { ...changes.rollout, from: null },
    };
    const { rollout, told } = rolloutOutcome(rolling({ ...declared, ...first }));
    const isHeldUp = changes.paused === true;
    const fails = reason !== null || isHeldUp;
    expect({ state: rollout?.state, told: told.length }).toEqual(
      fails ? { state: 'failed', told: 1 } : { state: 'in_progress', told: 0 },
    );
  },
);

it('does not fail for a time in which nobody looked', () => {
  const subject = rolling({ rollout: { progressAt: later(-700_000) }, instances: [old(), young()] });
  const { memory, dueAt } = judge({ ...subject, watchedSince: lookedAt - 599_000 }, null);
  expect({ state: memory.rollout?.state, dueAt }).toEqual({ state: 'in_progress', dueAt: lookedAt + 1_000 });
});
