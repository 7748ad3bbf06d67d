/** One look at everything: what cannot be seen is unknown and nothing else. */
import { expect, it } from 'vitest';
import type { Desired } from '../../../core/ports.ts';
import { emptyMemory } from '../../../core/reconcile/memory.ts';
import { type SurveyInput, survey } from '../../../core/reconcile/survey.ts';
import { aRunRecord, aSlot, aView, madeAt } from '../../support/records.ts';
import { overRun } from '../../support/runs.ts';
import {
  aDesired,
  anInstance,
  aRollout,
  aRolloutView,
  aRun,
  type DesiredChanges,
  later,
  lookedAt,
} from '../../support/subjects.ts';

const reason = 'the engine cannot be seen: no answer';
const running = { view: aView(), memory: emptyMemory };
const completed = {
  view: aView({ status: 'completed' }),
  memory: { ...emptyMemory, slots: { 0: aSlot({ run: aRun({ outcome: 'completed', exitCode: 0 }) }) } },
};

const look = (desired: readonly Desired[], changes: Partial<SurveyInput> = {}) =>
  survey({
    desired,
    observed: null,
    unseen: { reason, lastSeenAt: later(-1_000) },
    now: lookedAt,
    killed: new Set(),
    health: new Map(),
    watchedSince: 0,
    atWork: new Map(),
    justEnded: new Set(),
    ...changes,
  });

it('says that what cannot be seen is unknown, as of the last look, and plans nothing', () => {
  const web = { ...aDesired(), observation: running };
  const view = aView({ status: 'unknown', status_reason: reason, observed_at: later(-1_000) });
  const event = {
    uid: 'uid-web',
    at: madeAt,
    level: 'warning',
    component: 'scheduler',
    reason: 'StatusChanged',
    message: `Status changed from running to unknown: ${reason}`,
  };
  expect(look([web])).toEqual({
    recordings: [
      {
        uid: 'uid-web',
        generation: 1,
        observation: { view, memory: emptyMemory },
        events: [event],
        runs: null,
        purge: false,
      },
    ],
    plans: [],
    dueAt: null,
    unknown: 1,
    settled: false,
  });
});

it('says it once', () => {
  const view = aView({ status: 'unknown', status_reason: reason, observed_at: later(-9_000) });
  const web = { ...aDesired(), observation: { view, memory: emptyMemory } };
  expect(look([web])).toEqual({ recordings: [], plans: [], dueAt: null, unknown: 1, settled: false });
});

it('purges nothing that cannot be seen', () => {
  const { recordings, plans } = look([{ ...aDesired({ deletedAt: madeAt }), observation: running }]);
  expect([recordings.map(({ purge }) => purge), plans]).toEqual([[false], []]);
});

it.each<[string, DesiredChanges, boolean]>([
  ['keeps the outcome of a job whose runs are over', { runs: [overRun()] }, false],
  ['does not take the last run for one that is not', { runs: [aRunRecord({ number: 2 }), overRun()] }, true],
])('%s', (_, changes, isUnknown) => {
  const { unknown } = look([{ ...aDesired({ kind: 'job', ...changes }), observation: completed }]);
  expect(unknown).toBe(isUnknown ? 1 : 0);
});

const seenAs = (...instances: readonly ReturnType<typeof anInstance>[]) => ({
  observed: new Map([['uid-web', instances]]),
});
const known = (instanceId: string) => ({
  view: aView({
    instances: [instanceId],
    rollout: aRolloutView({ state: 'completed', updated: 1, finished_at: madeAt }),
  }),
  memory: {
    ...emptyMemory,
    slots: { 0: aSlot({ instanceId }) },
    stable: 1,
    rollout: aRollout({ state: 'completed', updated: 1, finishedAt: madeAt }),
  },
});

it('writes nothing where nothing changed', () => {
  const web = { ...aDesired(), observation: known('c0-r1') };
  expect(look([web], seenAs(anInstance()))).toEqual({
    recordings: [],
    plans: [],
    dueAt: null,
    unknown: 0,
    settled: true,
  });
});

it('is not settled while an old instance is still to be retired', () => {
  const web = { ...aDesired({ revision: 2 }), observation: known('c0-r2') };
  const { settled, dueAt } = look([web], seenAs(anInstance(), anInstance({ revision: 2, upMs: 1_000 })));
  expect({ settled, dueAt }).toEqual({ settled: false, dueAt: lookedAt + 4_000 });
});

it('is not settled while a container of a deleted deployment is being removed', () => {
  const web = { ...aDesired({ deletedAt: madeAt }), observation: running };
  expect(look([web], seenAs(anInstance({ state: 'removing' }))).settled).toBe(false);
});

it.each<[string, Partial<SurveyInput>]>([
  ['is under way', { atWork: new Map([['uid-web', new Set([0])]]) }],
  ['ended during the look', { justEnded: new Set(['uid-web']) }],
])('leaves a job alone whose work %s', (_, changes) => {
  const job = { ...aDesired({ kind: 'job' }), observation: null };
  expect(look([job], { observed: new Map(), ...changes })).toEqual({
    recordings: [],
    plans: [],
    dueAt: null,
    unknown: 0,
    settled: false,
  });
});

it('plans for the slots of a worker that are not at work', () => {
  const web = { ...aDesired({ replicas: 3 }), observation: null };
  const atWork = new Map([['uid-web', new Set([1])]]);
  const { plans, settled } = look([web], { ...seenAs(anInstance()), atWork });
  expect({ lanes: plans.map(({ plan }) => plan.lanes.map(({ slot }) => slot)), settled }).toEqual({
    lanes: [[2]],
    settled: false,
  });
});

it('does not purge a deleted deployment while a container of it may be in the making', () => {
  const web = { ...aDesired({ deletedAt: madeAt }), observation: running };
  const atWork = new Map([['uid-web', new Set([0])]]);
  const purges = (changes: Partial<SurveyInput>) =>
    look([web], { observed: new Map(), ...changes }).recordings.map(({ purge }) => purge);
  expect({ busy: purges({ atWork }), free: purges({}) }).toEqual({ busy: [false], free: [true] });
});
