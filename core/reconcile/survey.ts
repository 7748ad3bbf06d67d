/**
 * Surveys all deployments once per tick: what the observation of each means and what it needs. Pure; the tick in
 * reconciler.ts reads before it and writes after it.
 */
import { unobserved } from '../deployment/detail.ts';
import type { Status } from '../deployment/status.ts';
import { isUnderWay, type ObservedView } from '../deployment/view.ts';
import type { Health } from '../health/check.ts';
import type { Desired, ObservationRecord, Recording } from '../ports.ts';
import { isOver } from '../run/run.ts';
import type { Timekeeping } from '../run/schedule.ts';
import type { Capacity, Instance } from '../runtime.ts';
import { passGate } from './gate/gate.ts';
import type { Hold } from './gate/hold.ts';
import { type Found, findHolds } from './gate/holds.ts';
import { judge, judgeUnseen, statusEvent } from './judge/judge.ts';
import { emptyMemory } from './memory.ts';
import type { Plan } from './plan/actions.ts';
import { plan } from './plan/plan.ts';
import { earliest, type Subject } from './subject.ts';

/** Everything that a survey depends on. */
export interface SurveyInput {
  readonly desired: readonly Desired[];
  /** Containers by the uid of their deployment; null if the engine could not be observed. */
  readonly observed: ReadonlyMap<string, readonly Instance[]> | null;
  /** Why the engine could not be observed, and when it last was (RFC 3339). */
  readonly unseen: { readonly reason: string; readonly lastSeenAt: string | null };
  readonly now: number;
  readonly killed: ReadonlySet<string>;
  /** The results of health checks, by container id. */
  readonly health: ReadonlyMap<string, Health>;
  /** Since when the engine has been observed without a gap, ms since 1970. */
  readonly watchedSince: number;
  /** Slots on which work is in flight, by the uid of their deployment. */
  readonly atWork: ReadonlyMap<string, ReadonlySet<number>>;
  /** Deployments with work that ended during this tick: their observation may be out of date. */
  readonly justEnded: ReadonlySet<string>;
  /** The capacity of the host; missing or null if it is unknown. */
  readonly capacity?: Capacity | null;
  /** What evaluating schedules needs; missing: no schedule is evaluated. */
  readonly timekeeping?: Timekeeping | undefined;
  /** How long after their end runs are kept, ms; missing: as long as the history has room. */
  readonly historyAgeMs?: number | undefined;
}

/** What a deployment needs, and what was observed of it when that was planned. */
export interface Planned {
  readonly plan: Plan;
  readonly desired: Desired;
  readonly instances: readonly Instance[];
}

/** The result of a survey. */
export interface Survey {
  readonly recordings: readonly Recording[];
  readonly plans: readonly Planned[];
  readonly dueAt: number | null;
  readonly unknown: number;
  /** Whether every deployment is as declared, as far as could be observed. */
  readonly settled: boolean;
}

/** Surveys all deployments; `look` judges and plans each of them. */
export function survey(input: SurveyInput, look: Look = lookAt): Survey {
  const recordings: Recording[] = [];
  const plans: Planned[] = [];
  let dueAt: number | null = null;
  let unknown = 0;
  let settled = true;
  const looked = lookAtAll(input, look);
  for (const desired of input.desired) {
    const found = looked(desired);
    if (found.recording) recordings.push(found.recording);
    if (found.plan) plans.push({ plan: found.plan, desired, instances: seenOf(desired, input) });
    dueAt = earliest(dueAt, found.dueAt);
    unknown += found.unknown ? 1 : 0;
    settled &&= found.settled;
  }
  return { recordings, plans, dueAt, unknown, settled };
}

/** Judges each deployment after those that it waits for, so that their results count at once. */
function lookAtAll(input: SurveyInput, look: Look): (desired: Desired) => Finding {
  const { observed, justEnded, capacity = null } = input;
  if (observed === null) return (desired) => look(desired, input, null);
  const { order, holdOf } = findHolds({ desired: input.desired, observed, justEnded, capacity });
  const found = new Map<string, Finding>();
  const told = (uid: string): Found | null => foundOf(found.get(uid));
  for (const desired of order) found.set(desired.record.uid, look(desired, input, holdOf(desired, told)));
  return ({ record }) => found.get(record.uid) ?? untouched;
}

const foundOf = (finding: Finding | undefined): Found | null => {
  if (!finding) return null;
  const { observation = null, runs = null } = finding.recording ?? {};
  return { view: observation?.view ?? null, runs: [...(runs?.added ?? []), ...(runs?.results ?? [])] };
};

const seenOf = ({ record }: Desired, { observed }: SurveyInput): readonly Instance[] =>
  observed?.get(record.uid) ?? [];

/** The result of judging and planning one deployment. */
export interface Finding {
  readonly recording: Recording | null;
  readonly plan: Plan | null;
  readonly dueAt: number | null;
  readonly unknown: boolean;
  readonly settled: boolean;
}

/** Judges and plans one deployment; pure, except that it may cache results. */
export type Look = (desired: Desired, input: SurveyInput, hold?: Hold | null) => Finding;

const nowhere: ReadonlySet<number> = new Set();

const untouched: Finding = { recording: null, plan: null, dueAt: null, unknown: false, settled: false };

/** Judges and plans one deployment. */
export function lookAt(desired: Desired, input: SurveyInput, hold: Hold | null = null): Finding {
  if (input.observed === null) return unseen(desired, input);
  const { uid, kind } = desired.record;
  const atWork = input.atWork.get(uid) ?? nowhere;
  // A run recorded after this tick's observation would seem to have no container.
  if (input.justEnded.has(uid) || (atWork.size > 0 && kind === 'job')) return untouched;
  const before = desired.observation;
  const arrived: Subject = {
    desired,
    memory: before?.memory ?? emptyMemory,
    instances: seenOf(desired, input),
    now: input.now,
    killed: input.killed,
    atWork,
    health: input.health,
    watchedSince: input.watchedSince,
    hold,
    timekeeping: input.timekeeping,
    historyAgeMs: input.historyAgeMs,
  };
  const gate = passGate(arrived);
  const subject: Subject = { ...arrived, memory: gate.memory };
  const verdict = judge(subject, before?.view ?? null);
  const runs = { ...desired, runs: verdict.runs };
  const planned = plan({ ...subject, desired: runs, memory: verdict.memory });
  const { purge } = planned;
  const recording: Recording = {
    uid,
    generation: desired.record.generation,
    observation: { view: verdict.view, memory: verdict.memory },
    events: [...gate.events, ...verdict.events],
    runs: verdict.change,
    purge,
  };
  const worthy = purge || verdict.change !== null || !same(before, verdict);
  const begins = verdict.change !== null && verdict.change.added.length > 0;
  const idle = !hasWork(planned) && !begins && !purge && atWork.size === 0;
  return {
    recording: worthy ? recording : null,
    plan: hasWork(planned) ? planned : null,
    dueAt: earliest(planned.dueAt, verdict.dueAt),
    unknown: false,
    settled: idle && isSettled(planned, { desired: runs, view: verdict.view }),
  };
}

/** The finding for a deployment that cannot be observed: status unknown, no actions, no purge. */
function unseen(desired: Desired, { unseen: { reason, lastSeenAt }, now }: SurveyInput): Finding {
  const before = desired.observation ?? { view: unobserved, memory: emptyMemory };
  const view = judgeUnseen(desired, before.view, { reason, lastSeenAt });
  if (view === before.view) return { ...untouched, settled: true };
  const found: Finding = { ...untouched, unknown: true };
  if (before.view.status === 'unknown' && before.view.status_reason === view.status_reason) return found;
  const recording: Recording = {
    uid: desired.record.uid,
    generation: desired.record.generation,
    observation: { view, memory: before.memory },
    events: statusEvent({ desired, now }, before.view, view),
    runs: null,
    purge: false,
  };
  return { ...found, recording };
}

/** Whether a job waits for its schedule, for a request, or for another of its runs to end. */
const isIdle = ({ record, runs }: Desired, { status }: ObservedView): boolean =>
  record.kind === 'job' &&
  status === 'pending' &&
  (runs.every(isOver) || runs.some(({ result }) => result.state === 'running'));

const settledStatuses: ReadonlySet<Status> = new Set(['running', 'completed', 'failed']);

/** Whether nothing is left to do, now or later by itself. */
const isSettled = (
  { dueAt }: Plan,
  { desired, view }: { readonly desired: Desired; readonly view: ObservedView },
): boolean =>
  dueAt === null &&
  desired.record.deletedAt === null &&
  (settledStatuses.has(view.status) || isIdle(desired, view)) &&
  !isUnderWay(view.rollout);

const hasWork = ({ lanes, resolveImage }: Plan): boolean => lanes.length > 0 || resolveImage;

/** Whether two observations differ only in the time at which they were made. */
function same(before: Desired['observation'], now: ObservationRecord): boolean {
  // The fields are sorted, because a store may return them in another order.
  const text = ({ view, memory }: ObservationRecord) =>
    JSON.stringify([Object.entries({ ...view, observed_at: null }).sort(byKey), memory]);
  return before !== null && text(before) === text(now);
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;
