/**
 * Decides the state of a rollout: in progress, paused, completed, or failed and rolling back; only here is it decided
 * that a revision proved itself. Pure; which slots the rollout moves is decided in plan/turns.ts.
 */

import { formatDuration } from '../../deployment/spec/quantity.ts';
import { forcedStopFirst } from '../../deployment/update-order.ts';
import type { RolloutView } from '../../deployment/view.ts';
import type { EventReason, NewEvent } from '../../event/event.ts';
import type { Instance } from '../../runtime.ts';
import { type Memory, noTrouble, type RolloutMemory, type SlotMemory, type Trouble } from '../memory.ts';
import { isStartedAgain } from '../plan/plan-worker.ts';
import { isUpdated, type Turn } from '../plan/turns.ts';
import { crashLoopAt, earliest, imageTrouble, type Subject, slotOf } from '../subject.ts';
import type { SlotVerdict } from './judge-slot.ts';
import { healthOf, untilProved } from './readiness.ts';

/** The number of consecutive refusals, for causes in the revision itself, after which its rollout has failed. */
const refusalsAt = 3;

/** One wanted slot with its verdict. */
export interface JudgedSlot {
  readonly turn: Turn;
  readonly verdict: SlotVerdict;
}

/** The state of a rollout at one tick. */
export interface RolloutVerdict {
  readonly rollout: RolloutMemory;
  readonly stable: number | null;
  readonly events: readonly NewEvent[];
  /** When a replica will have proved itself, or the rollout fails for lack of progress, ms since 1970. */
  readonly dueAt: number | null;
}

/** The memory once the rollout of the declared revision is under way, whether an existing or a new one. */
export interface Begun {
  readonly memory: Memory & { readonly rollout: RolloutMemory };
  readonly events: readonly NewEvent[];
}

/** The rollout of the declared revision: the remembered one, continued if it was resumed, or a new one. */
export function rolloutOf(subject: Subject): Begun {
  const { desired, memory, now } = subject;
  const { record, revision } = desired;
  const before = memory.rollout;
  const at = new Date(now).toISOString();
  if (before?.revision === record.revision) return { memory: resumed(subject, before), events: [] };
  const rollout: RolloutMemory = {
    revision: record.revision,
    from: memory.stable,
    state: 'in_progress',
    startedAt: at,
    progressAt: at,
    finishedAt: null,
    updated: 0,
    resumes: record.resumes,
    reason: null,
  };
  const begun = { ...memory, rollout };
  if (memory.stable === null) return { memory: begun, events: [] };
  const interrupted = before !== null && before.state === 'in_progress';
  const instead = interrupted ? `; revision ${before.revision}, still under way, gives way to it` : '';
  const started = `Rollout of revision ${record.revision} began, from revision ${memory.stable}${instead}`;
  const forced = forcedStopFirst(revision.spec, record.replicas);
  const events = [tell(subject, 'RolloutStarted', started)];
  if (forced !== null) {
    const message = `The old replica is stopped before the new one starts: ${forced}`;
    events.push(tell(subject, 'RolloutForcedStopFirst', message));
  }
  return { memory: begun, events };
}

/**
 * The rollout, continued if it was resumed since the last tick: its deadline starts over, and the reason of its failure
 * is cleared.
 */
function resumed({ desired, memory, now }: Subject, rollout: RolloutMemory): Begun['memory'] {
  const { resumes, revision } = desired.record;
  const { state } = rollout;
  if (rollout.resumes === resumes) return { ...memory, rollout };
  if (state !== 'paused' && state !== 'in_progress') return { ...memory, rollout };
  const progressAt = new Date(now).toISOString();
  const goingOn: RolloutMemory = { ...rollout, state: 'in_progress', reason: null, progressAt, resumes };
  if (state === 'in_progress') return { ...memory, rollout: goingOn };
  const slots = Object.entries(memory.slots).map(([slot, one]): [string, SlotMemory] => [
    slot,
    one.revision === revision ? { ...one, ...noTrouble, crashes: 0, lastWords: null } : one,
  ]);
  const image = { ...memory.image, ...noTrouble };
  return { ...memory, image, slots: Object.fromEntries(slots), rollout: goingOn };
}

/** Judges a rollout. `subject` carries the memory that {@link rolloutOf} returned. */
export function judgeRollout(
  subject: Subject,
  rollout: RolloutMemory,
  slots: readonly JudgedSlot[],
): RolloutVerdict {
  const { record, revision } = subject.desired;
  const isThere = (one: JudgedSlot) => isDone(one, subject);
  const done = slots.filter(isThere).length;
  const at = new Date(subject.now).toISOString();
  const { stable } = subject.memory;
  const isWhole = done === record.replicas;
  if (rollout.state === 'rolled_back') return { rollout, stable, events: [], dueAt: null };
  if (rollout.state === 'completed') {
    // A rollout that completed without any replicas proves itself once there are some.
    return { rollout, stable: isWhole && done > 0 ? revision.number : stable, events: [], dueAt: null };
  }
  if (rollout.state === 'rolling_back') {
    if (!isWhole) return { rollout, stable, events: [], dueAt: null };
    const back = `Revision ${rollout.revision} was rolled back to revision ${stable}`;
    const over = { ...rollout, state: 'rolled_back', finishedAt: at } as const;
    return { rollout: over, stable, events: [tell(subject, 'RolledBack', back)], dueAt: null };
  }
  if (isWhole) {
    const over = { ...rollout, state: 'completed', updated: done, finishedAt: at, reason: null } as const;
    const told = `Rollout of revision ${revision.number} is complete: ${done} of ${done} replicas`;
    const events = rollout.from === null ? [] : [tell(subject, 'RolloutCompleted', told)];
    return { rollout: over, stable: record.replicas > 0 ? revision.number : stable, events, dueAt: null };
  }
  const moved = done > rollout.updated ? { ...rollout, updated: done, progressAt: at } : rollout;
  if (rollout.state !== 'in_progress') return { rollout: moved, stable, events: [], dueAt: null };
  return stillUnderWay(subject, moved, slots);
}

/** Whether the rollout fails now, and when it will fail without progress. */
function stillUnderWay(
  subject: Subject,
  rollout: RolloutMemory,
  slots: readonly JudgedSlot[],
): RolloutVerdict {
  const { stable } = subject.memory;
  const { deadlineMs } = subject.desired.revision.spec.update;
  const deadline = Math.max(Date.parse(rollout.progressAt), subject.watchedSince) + deadlineMs;
  const isHeld = (subject.desired.record.paused && rollout.from !== null) || subject.hold != null;
  const isLate = !isHeld && subject.now >= deadline;
  const reason =
    reasonToFail(subject, slots) ??
    (isLate ? lateness(slots, { deadlineMs, isFirst: stable === null }) : null);
  if (reason === null) {
    return { rollout, stable, events: [], dueAt: earliest(isHeld ? null : deadline, ...slots.map(provesAt)) };
  }
  const why = `Revision ${rollout.revision} failed: ${reason}`;
  const events = [tell(subject, 'RolloutFailed', why)];
  return { rollout: { ...rollout, reason, state: failedState(subject) }, stable, events, dueAt: null };
}

/** When a replica will have proved itself if it stays as it is, ms since 1970; null if time alone is not enough. */
function provesAt({ turn: { subject, slot } }: JudgedSlot): number | null {
  const { current } = slotOf(subject, slot);
  const missing = current === null ? null : untilProved(subject, current);
  return missing ? subject.now + missing : null;
}

function failedState({ desired, memory }: Subject): RolloutMemory['state'] {
  if (memory.stable === null || desired.stable === null) return 'failed';
  return desired.revision.spec.update.onFailure === 'pause' ? 'paused' : 'rolling_back';
}

const isDone = ({ turn: { subject, slot } }: JudgedSlot, { desired }: Subject): boolean =>
  isUpdated(subject, slotOf(subject, slot), desired.revision) &&
  subject.desired.revision.specHash === targetHash(subject, desired.revision.specHash);

/**
 * The spec hash of the rollout's target: a slot that rests at another revision has not reached it, however well it
 * runs.
 */
const targetHash = ({ memory, desired }: Subject, declared: string): string =>
  memory.rollout?.state === 'rolling_back' && desired.stable !== null ? desired.stable.specHash : declared;

/** Why the revision itself has failed; null while it has not. First match wins. */
function reasonToFail(subject: Subject, slots: readonly JudgedSlot[]): string | null {
  const image = imageTrouble(subject);
  if (isRefused(image)) return image.fault?.reason ?? null;
  const reasons = slots.filter(({ turn }) => turn.isOn).map(slotsReason);
  return reasons.find((reason) => reason !== null) ?? null;
}

/** Whether something was refused often enough, for a cause that does not pass by itself. */
const isRefused = ({ failures, fault }: Trouble): boolean =>
  failures >= refusalsAt && fault !== null && !fault.passing;

function slotsReason({ turn: { subject, slot }, verdict: { memory, fault } }: JudgedSlot): string | null {
  const { current } = slotOf(subject, slot);
  if (memory.crashes >= crashLoopAt && hasSpoken(memory, current)) {
    return fault?.reason ?? `replica ${slot} ended ${memory.crashes} times`;
  }
  if (isRefused(memory)) return memory.fault?.reason ?? null;
  if (current === null) return null;
  const { failing } = healthOf(subject, current);
  if (failing !== null) return `replica ${slot} is not healthy: ${failing}`;
  const isLeftEnded = current.state === 'exited' && !isStartedAgain(subject, current);
  return isLeftEnded ? (fault?.reason ?? null) : null;
}

/**
 * Whether the last lines of the instance, which may say why it fails, are known; lines that cannot be read are not
 * awaited much longer.
 */
const hasSpoken = ({ crashes, lastWords }: SlotMemory, current: Instance | null): boolean =>
  current === null || lastWords?.instanceId === current.id || crashes >= 2 * crashLoopAt;

function lateness(
  slots: readonly JudgedSlot[],
  { deadlineMs, isFirst }: { readonly deadlineMs: number; readonly isFirst: boolean },
): string {
  const behind = slots.filter(({ turn }) => turn.isOn).map(({ verdict }) => verdict);
  const why = behind.map(({ fault, waitsFor }) => fault?.reason ?? waitsFor).find((text) => text !== null);
  const what = isFirst ? 'not all replicas came up' : 'no replica took over';
  return `${what} within ${formatDuration(deadlineMs)}${why ? `: ${why}` : ''}`;
}

/** The rollout as the API shows it. */
export function rolloutView({ rollout }: Memory, { desired }: Pick<Subject, 'desired'>): RolloutView | null {
  if (rollout === null) return null;
  const { record } = desired;
  const isPaused = rollout.state === 'in_progress' && record.paused && rollout.from !== null;
  return {
    state: isPaused ? 'paused' : rollout.state,
    revision: rollout.revision,
    from: rollout.from,
    updated: rollout.updated,
    total: record.replicas,
    started_at: rollout.startedAt,
    finished_at: rollout.finishedAt,
    reason: isPaused ? 'paused by hand' : rollout.reason,
  };
}

/** The status reason that describes a rollout while all replicas serve; null if there is nothing to say. */
export function rolloutStory(view: RolloutView | null, wrong: string | null): string | null {
  if (view === null || view.from === null) return null;
  const back = `revision ${view.revision} failed and`;
  const why = view.reason === null ? '' : `: ${view.reason}`;
  switch (view.state) {
    case 'in_progress': {
      const trouble = wrong === null ? '' : `; ${wrong}`;
      return `revision ${view.revision} is being rolled out (${view.updated} of ${view.total})${trouble}`;
    }
    case 'paused':
      return `the rollout of revision ${view.revision} is paused${why}`;
    case 'rolling_back':
      return `${back} is being rolled back to revision ${view.from}${why}`;
    case 'rolled_back':
      return `${back} was rolled back to revision ${view.from}${why}`;
    default:
      return null;
  }
}

function tell({ desired, now }: Subject, reason: EventReason, message: string): NewEvent {
  const at = new Date(now).toISOString();
  const level = reason === 'RolloutFailed' ? 'error' : 'info';
  return { uid: desired.record.uid, at, level, component: 'scheduler', reason, message };
}
