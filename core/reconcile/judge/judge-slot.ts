/**
 * Decides what the observation of one slot of a worker means: what is remembered of it, and its state. What the slot
 * needs is decided in plan/plan-worker.ts.
 */
import type { NewEvent } from '../../event/event.ts';
import type { Instance } from '../../runtime.ts';
import type { Fault, SlotMemory, Trouble } from '../memory.ts';
import type { Aside } from '../plan/actions.ts';
import { isStartedAgain } from '../plan/plan-worker.ts';
import {
  crashLoopAt,
  earliest,
  healedMs,
  isUp,
  type Subject,
  settledMs,
  slotMemory,
  slotOf,
  upFor,
  withAsides,
} from '../subject.ts';
import { healthOf, isReady, stillServes, untilHealthyMs } from './readiness.ts';

/** The state of one slot. */
export interface SlotVerdict {
  readonly memory: SlotMemory;
  /** Whether an instance in the slot serves. */
  readonly ready: boolean;
  readonly fault: Fault | null;
  /** The refusal of an aside, as text; null: none. */
  readonly aside: string | null;
  /** Why the slot is not ready although nothing is wrong; null if it is ready. */
  readonly waitsFor: string | null;
  readonly events: readonly NewEvent[];
  /** When the verdict would change even if nothing happens, ms since 1970. */
  readonly dueAt: number | null;
}

/** Judges one slot of a worker. */
export function judgeWorkerSlot(subject: Subject, slot: number): SlotVerdict {
  const { current, stale } = slotOf(subject, slot);
  const { memory, events } = remembered(subject, slot, current);
  const isServedByOld = stale.some((old) => stillServes(subject, old));
  const looping = memory.crashes >= crashLoopAt ? loopFault(slot, memory, current) : null;
  const ready = current !== null && isReady(subject, current);
  return {
    memory,
    ready: (ready && looping === null) || isServedByOld,
    fault: looping ?? standingFault(subject, slot, { current, memory, isServedByOld }),
    aside: refusedAside(slot, memory),
    waitsFor: ready ? null : waiting(slot, current),
    events,
    dueAt: earliest(
      healsAt(subject, memory, current),
      ...Object.values(memory.asides ?? {}).map(forgottenAt),
    ),
  };
}

const asideWords: { readonly [Of in Aside]: string } = {
  traffic: 'its traffic could not be switched',
  tidy: 'what is too many in it could not be removed',
  replace: 'what it replaced could not be removed',
  revive: 'what it is to replace could not be started again',
};

/** The refusal of an aside of a slot, as text. */
function refusedAside(slot: number, { asides = {} }: SlotMemory): string | null {
  for (const [aside, words] of Object.entries(asideWords)) {
    const fault = Object.entries(asides).find(([name]) => name === aside)?.[1].fault;
    if (fault) return `replica ${slot}: ${words}: ${fault.reason}`;
  }
  return null;
}

/**
 * When the trouble of an aside is dropped, ms since 1970: an aside that is not tried again for a while after its wait
 * is no longer needed.
 */
const forgottenAt = ({ retryAt }: Trouble): number | null =>
  retryAt === null ? null : Date.parse(retryAt) + healedMs;

function lastingAsides({ now }: Subject, memory: SlotMemory): SlotMemory {
  if (memory.asides === undefined) return memory;
  const lasting = Object.entries(memory.asides).filter(([, one]) => (forgottenAt(one) ?? now) > now);
  return withAsides(memory, Object.fromEntries(lasting));
}

/**
 * The memory of a slot with the ends observed so far. While work is in flight on the slot nothing is counted: what Ring
 * does to an instance is not an end of its own, and is read when the work is over.
 */
function remembered(
  subject: Subject,
  slot: number,
  current: Instance | null,
): { readonly memory: SlotMemory; readonly events: readonly NewEvent[] } {
  if (subject.atWork.has(slot)) return { memory: slotMemory(subject, slot), events: [] };
  const known = lastingAsides(subject, slotMemory(subject, slot));
  if (current === null) return { memory: known, events: [] };
  const before = isReturned(known, current) ? asItIs(known, current) : known;
  const { stopping: _, cameFrom: __, ...counted } = { ...before, ...countEnds(subject, before, current) };
  const ended = endsSince(subject, before, current) > 0;
  return {
    memory: settle(subject, counted, current),
    events: ended ? [diedEvent(subject, current)] : [],
  };
}

/** Whether a slot came back from a later revision to an instance that existed before. */
const isReturned = ({ cameFrom = 0 }: SlotMemory, { identity }: Instance): boolean =>
  identity.revision < cameFrom;

/**
 * The memory with all ends so far as counted: they were counted when they happened, and the last one may be Ring's own
 * stop.
 */
const asItIs = (before: SlotMemory, { id, restartCount, state, finishedAt }: Instance): SlotMemory => ({
  ...before,
  instanceId: id,
  restartCount,
  leftAt: state === 'exited' ? finishedAt : before.leftAt,
});

/** When ends no longer count against a slot if nothing happens, ms since 1970. */
const healsAt = ({ now }: Subject, { crashes }: SlotMemory, current: Instance | null): number | null =>
  current !== null && isUp(current) && crashes > 0 ? now + healedMs - upFor(current, now) : null;

/** What is wrong with a slot that is not in a crash loop. */
function standingFault(
  subject: Subject,
  slot: number,
  {
    current,
    memory,
    isServedByOld,
  }: {
    readonly current: Instance | null;
    readonly memory: SlotMemory;
    readonly isServedByOld: boolean;
  },
): Fault | null {
  if (current === null || !isUp(current)) return memory.fault ?? endedForGood(subject, slot, current);
  return isServedByOld ? null : unreadyFault(subject, slot, current);
}

/** The fault of an instance whose checks say that it cannot serve. */
function unreadyFault(subject: Subject, slot: number, current: Instance): Fault | null {
  const { failing, unreadyReason } = healthOf(subject, current);
  const why = failing ?? unreadyReason;
  return why === null ? null : { status: 'error', reason: `replica ${slot} is not healthy: ${why}` };
}

/**
 * The number of ends of an instance since the last tick: restarts by the engine, and an end after which the engine left
 * it.
 */
function endsSince({ now }: Subject, before: SlotMemory, current: Instance): number {
  // A slot that returns to a previous instance finds old ends, which were reported when they happened.
  if (before.instanceId !== current.id && upFor(current, now) >= healedMs) return 0;
  const known = before.instanceId === current.id ? before.restartCount : 0;
  const restarts = current.restartCount >= known ? current.restartCount - known : current.restartCount;
  return restarts + (wasLeft(before, current) ? 1 : 0);
}

/**
 * Whether the engine left the instance at an end that was not counted yet: after a kill through the API, or a failed
 * restart.
 */
const wasLeft = (before: SlotMemory, { id, state, finishedAt }: Instance): boolean =>
  state === 'exited' && (before.instanceId !== id || before.leftAt !== finishedAt);

/**
 * The counters with the new ends. An end caused by a stop or kill through the engine, or by the engine itself, counts
 * as a restart but not as a crash.
 */
function countEnds(subject: Subject, before: SlotMemory, current: Instance): Partial<SlotMemory> {
  const ends = endsSince(subject, before, current);
  const wasStopped = before.stopping === current.id || subject.killed.has(current.id);
  const wasMadeTo = wasLeft(before, current) && wasStopped;
  return {
    instanceId: current.id,
    restartCount: current.restartCount,
    leftAt: current.state === 'exited' ? current.finishedAt : before.leftAt,
    crashes: before.crashes + ends - (wasMadeTo ? 1 : 0),
    restarts: before.restarts + ends,
  };
}

/**
 * Clears failures once the instance has stayed up and, if its checks may ask for a restart, has been up for longer than
 * they need for that.
 */
function settle(subject: Subject, memory: SlotMemory, current: Instance): SlotMemory {
  const up = upFor(current, subject.now);
  const fault = isUp(current) ? null : memory.fault;
  const crashes = up >= healedMs ? 0 : memory.crashes;
  const isHealthy = up >= untilHealthyMs(subject, current) && healthOf(subject, current).failing === null;
  return up >= settledMs && isHealthy
    ? { ...memory, fault, crashes, failures: 0, retryAt: null }
    : { ...memory, fault, crashes };
}

function loopFault(
  slot: number,
  { crashes, restarts, lastWords }: SlotMemory,
  current: Instance | null,
): Fault {
  const last = current ? ending(current) : '';
  const often = `replica ${slot} ended ${crashes} times in a row${last === '' ? '' : `, last${last}`}`;
  const count = restarts > crashes ? ` (${restarts} restarts in all)` : '';
  const said =
    lastWords && lastWords.lines.length > 0 ? `; it wrote last: ${lastWords.lines.join(' | ')}` : '';
  return { status: 'crash_loop_back_off', reason: `${often}${count}${said}` };
}

/** How an instance ended, as text to follow "ended": begins with a space, and is empty if the engine does not say. */
export const ending = ({ exitCode, oomKilled, error }: Instance): string => {
  const code = exitCode === null ? '' : ` with exit code ${exitCode}`;
  return `${oomKilled ? ' killed for using too much memory' : code}${error === '' ? '' : ` (${error})`}`;
};

/** The fault of a worker whose restart policy does not start it again. */
function endedForGood(subject: Subject, slot: number, current: Instance | null): Fault | null {
  if (current?.state !== 'exited' || isStartedAgain(subject, current)) return null;
  const policy = subject.desired.revision.spec.restartPolicy;
  return {
    status: 'error',
    reason: `replica ${slot} ended${ending(current)} and restart_policy ${policy} does not start it again`,
  };
}

function waiting(slot: number, current: Instance | null): string {
  if (current === null) return `replica ${slot} is being created`;
  if (current.state === 'running') {
    return current.connected === false
      ? `replica ${slot} is being joined to its network`
      : `replica ${slot} has not passed its first readiness check yet`;
  }
  if (current.state === 'restarting' || current.state === 'exited') {
    return `replica ${slot} ended${ending(current)} and is being started again`;
  }
  return `replica ${slot} is ${current.state}`;
}

function diedEvent(subject: Subject, current: Instance): NewEvent {
  return {
    uid: subject.desired.record.uid,
    at: new Date(subject.now).toISOString(),
    level: 'warning',
    component: 'docker',
    reason: 'ContainerDied',
    message: `Container ${current.containerName} ended${ending(current)}${current.state === 'exited' ? '' : ' and was started again by the engine'}`,
  };
}
