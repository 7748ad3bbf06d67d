/** Who rests is not looked at again, and whatever changes wakes them: nothing is ever hidden. */
import { expect, it } from 'vitest';
import type { Health } from '../../../core/health/check.ts';
import type { Desired } from '../../../core/ports.ts';
import { makeSettledSkip } from '../../../core/reconcile/skip-settled.ts';
import { type Finding, lookAt, type SurveyInput } from '../../../core/reconcile/survey.ts';
import type { Instance } from '../../../core/runtime.ts';
import { aDesired, anInstance, lookedAt } from '../../support/subjects.ts';

const healthy: Health = { ready: true, failing: null, unreadyReason: null };

const inputOf = (instance: Instance, changes: Partial<SurveyInput> = {}): SurveyInput => ({
  desired: [],
  observed: new Map([['uid-web', [instance]]]),
  unseen: { reason: '', lastSeenAt: null },
  now: lookedAt,
  killed: new Set(),
  health: new Map([[instance.id, healthy]]),
  watchedSince: 0,
  atWork: new Map(),
  justEnded: new Set(),
  ...changes,
});

/** Looks until nothing is to be written any more: `web` as it is then stored. */
const settled = (instances: readonly Instance[], web: Desired = aDesired()): Desired => {
  const input = { ...inputOf(anInstance()), observed: new Map([['uid-web', instances]]) };
  const { recording } = lookAt(web, input);
  return recording ? settled(instances, { ...web, observation: recording.observation }) : web;
};

/** A look that counts the instants it really looks at. */
const counting = () => {
  const instants: number[] = [];
  const look = makeSettledSkip((desired, input) => {
    instants.push(input.now);
    return lookAt(desired, input);
  });
  return { look, instants };
};

const nothing: Finding = { recording: null, plan: null, dueAt: null, unknown: false, settled: true };

it('looks once at what is as it should be, and finds the same ever after', () => {
  const instance = anInstance();
  const web = settled([instance]);
  const { look, instants } = counting();
  const found = [0, 1, 1_000, 1_000_000].map((ms) => look(web, inputOf(instance, { now: lookedAt + ms })));
  expect(found).toEqual([nothing, nothing, nothing, nothing]);
  expect(instants.map((at) => at === lookedAt)).toEqual([true, false]);
});

it.each<[string, (instance: Instance) => SurveyInput]>([
  ['another object for its container', (instance) => inputOf({ ...instance })],
  ['one container more', (one) => inputOf(one, { observed: new Map([['uid-web', [one, one]]]) })],
  ['no container any more', (instance) => inputOf(instance, { observed: new Map() })],
  ['another health', (one) => inputOf(one, { health: new Map([[one.id, { ...healthy }]]) })],
  ['a health that is no longer known', (instance) => inputOf(instance, { health: new Map() })],
  ['a signal from outside', (instance) => inputOf(instance, { killed: new Set([instance.id]) })],
  ['a gap in the watch', (instance) => inputOf(instance, { watchedSince: 1 })],
  ['a clock that was set back', (instance) => inputOf(instance, { now: lookedAt - 1 })],
  ['work on it', (instance) => inputOf(instance, { atWork: new Map([['uid-web', new Set([0])]]) })],
  ['work that ended just now', (instance) => inputOf(instance, { justEnded: new Set(['uid-web']) })],
  ['an engine that cannot be seen', (instance) => inputOf(instance, { observed: null })],
])('looks again after %s', (_what, after) => {
  const instance = anInstance();
  const web = settled([instance]);
  const { look, instants } = counting();
  look(web, inputOf(instance));
  const before = instants.length;
  const input = after(instance);
  expect(look(web, input)).toEqual(lookAt(web, input));
  expect(instants.length).toBeGreaterThan(before);
});

it('looks again after a write', () => {
  const instance = anInstance();
  const web = settled([instance]);
  const { look } = counting();
  look(web, inputOf(instance));
  const scaled = { ...web, record: { ...web.record, replicas: 2, generation: 2 } };
  expect(look(scaled, inputOf(instance))).toEqual(lookAt(scaled, inputOf(instance)));
});

it.each([
  ['a crash that will be forgotten', { restartCount: 1, upMs: 30_000 }],
  ['a first rollout that is not proved yet', { upMs: 1_000 }],
  ['an end that is worked against', { state: 'exited' as const }],
])('lets nobody rest who only waits: %s', (_what, changes) => {
  const instance = anInstance(changes);
  const web = settled([instance]);
  const { look } = counting();
  for (let ms = 0; ms < 200_000; ms += 500) {
    const input = inputOf(instance, { now: lookedAt + ms });
    expect(look(web, input)).toEqual(lookAt(web, input));
  }
});

it('finds at every instant what a look would find, though no instant was named for it', () => {
  const old = anInstance({ revision: 1, restartCount: 2, upMs: 4_000 });
  const held: Desired = { ...aDesired({ revision: 2, paused: true }), stable: aDesired().revision };
  const web = settled([old], held);
  const { look } = counting();
  for (let ms = 0; ms < 200_000; ms += 500) {
    const input = inputOf(old, { now: lookedAt + ms });
    expect(look(web, input)).toEqual(lookAt(web, input));
  }
});
