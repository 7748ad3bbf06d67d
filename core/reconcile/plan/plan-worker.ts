/**
 * Decides what a worker's slot needs, level-triggered: from what is there now, whatever happened before. How old
 * instances are replaced is decided in replace.ts, and who gets traffic in service.ts.
 */

import type { RevisionRecord } from '../../deployment/record.ts';
import type { Instance } from '../../runtime.ts';
import { containerName, identityOf } from '../identity.ts';
import { checksOf, hasProved, healthOf } from '../judge/readiness.ts';
import type { SlotMemory } from '../memory.ts';
import {
  crashLoopAt,
  earliest,
  isUp,
  type Slot,
  type Subject,
  slotMemory,
  slotOf,
  waitsUntil,
} from '../subject.ts';
import type { Action, Aside, Lane } from './actions.ts';
import { bringBack, leftoverOf, makeWay, revive, takeOver } from './replace.ts';
import { isServedBesides, isServing, mayLeave, membershipOf, outOfService, retire } from './service.ts';
import type { Turn } from './turns.ts';

/** What a slot needs now, and when it needs another tick by itself. */
export interface SlotPlan {
  readonly lanes: readonly Lane[];
  readonly dueAt: number | null;
}

/** What the slots of one deployment share while they are planned. */
export interface Together {
  /** The declared revision, whatever revision the slot is brought to. */
  readonly declared: RevisionRecord;
  /** The instances that this plan takes out of service; planning adds to it. */
  readonly leaving: Set<string>;
}

/** The number of refused starts after which a container is recreated. */
const refusalsAt = 3;

/**
 * Plans a slot: creates, starts or repairs the current instance, and retires the old one once the new one has proved
 * itself.
 */
export function planWorkerSlot({ slot, subject, isHeld }: Turn, together: Together): SlotPlan {
  if (isHeld) return { lanes: [], dueAt: null };
  const memory = slotMemory(subject, slot);
  const held = slotOf(subject, slot);
  const { current, stale, surplus } = held;
  const revision = subject.desired.revision.number;
  const fill = (actions: readonly Action[]): Lane => ({ slot, revision, actions, counts: true });
  const beside = (aside: Aside, actions: readonly Action[]): Lane => ({
    slot,
    revision,
    actions,
    counts: aside === 'revive',
    aside,
  });
  const tidy = surplus.flatMap((one) =>
    retire(subject, one, { why: 'there is more than one in its slot', drains: false }),
  );
  const leftover = leftoverOf(subject, held, together);
  const blocking = stale.flatMap((instance) => makeWay(subject, instance));
  const repair = repairOf(subject, { slot, held, memory, blocking });
  if (repair.length > 0) {
    const back = bringBack(subject, held, blocking);
    const mending = { ...fill([...tidy, ...blocking, ...repair]), ...back };
    return {
      lanes: [mending, beside('revive', revive(subject, held)), beside('replace', leftover)],
      dueAt: null,
    };
  }
  if (current === null) return { lanes: [beside('tidy', [...tidy, ...leftover])], dueAt: null };
  const unhealthy = restartUnhealthy(subject, current, together);
  if (unhealthy.length > 0) {
    const restart = fill([...tidy, ...unhealthy]);
    // Until the restart is allowed, the instance is only taken out of traffic.
    const meanwhile = waitsUntil(memory, subject.now) === null ? [] : unhealthy.filter(isLeaving);
    return { lanes: [beside('traffic', meanwhile), restart], dueAt: null };
  }
  const replaced = takeOver(subject, held, together);
  const membership = membershipOf(subject, current, together.leaving);
  // The new instance gets traffic before the old one goes.
  const takesOver = replaced.actions.length > 0;
  const words = lastWords(memory, current);
  const reviving = hasProved(subject, current) ? [] : revive(subject, held);
  return {
    lanes: [
      beside('tidy', tidy),
      beside('traffic', [...(takesOver ? [] : membership.actions), ...words]),
      beside('replace', [...(takesOver ? membership.actions : []), ...replaced.actions, ...leftover]),
      beside('revive', reviving),
    ],
    dueAt: earliest(replaced.dueAt, membership.dueAt),
  };
}

const isLeaving = ({ kind }: Action): boolean => kind === 'leaveService';

interface SlotView {
  readonly slot: number;
  readonly held: Slot;
  readonly memory: SlotMemory;
  /** The actions for other instances that are in the way, which come first. */
  readonly blocking: readonly Action[];
}

/** The actions that bring the current instance of a slot up. First match wins. */
function repairOf(
  subject: Subject,
  { slot, held: { current, stale }, memory, blocking }: SlotView,
): Action[] {
  const leaving = stale.filter(({ id }) => blocking.some((one) => 'target' in one && one.target === id));
  const serves = servesAtOnce(subject, leaving);
  const create: Action = { kind: 'createInstance', slot, serves };
  const fresh: Action[] = [create, startOf(slot, containerName(identityOf(subject.desired, slot)))];
  if (current === null) return fresh;
  const target = current.id;
  const again: Action[] = [
    { kind: 'removeInstance', slot, target, why: 'it could not be started' },
    ...fresh,
  ];
  switch (current.state) {
    case 'running':
      if (current.connected !== false) return [];
      return [{ kind: 'connectInstance', slot, target, serves: serves || isBack(subject, current, stale) }];
    case 'restarting':
    case 'removing':
      return [];
    case 'paused':
      return [{ kind: 'unpauseInstance', slot, target }];
    case 'created':
      return memory.fault === null ? [startOf(slot, target)] : again;
    case 'dead':
      return again;
    case 'exited':
      if (!isStartedAgain(subject, current)) return [];
      // The container's log is removed with it, so its last lines are read first.
      return mustBeRemade(memory)
        ? [{ kind: 'readLastWords', slot, target }, ...again]
        : [startOf(slot, target)];
  }
}

/** Whether an instance that lost its network had proved itself, and no other instance in its slot gets the traffic. */
const isBack = (subject: Subject, lost: Instance, stale: readonly Instance[]): boolean =>
  hasProved(subject, { ...lost, connected: true }) && !stale.some(isServing);

const startOf = (slot: number, target: string): Action => ({ kind: 'startInstance', slot, target });

/**
 * Whether an ended container is recreated rather than started: at once if its network is gone, otherwise after several
 * refusals. A taken port is no reason: a new container would not get it either.
 */
function mustBeRemade({ fault, failures }: SlotMemory): boolean {
  if (fault === null || fault.passing === true) return false;
  if (fault.networkLost === true) return true;
  const mayHelp = fault.status !== 'network_error' || fault.joinRefused === true;
  return mayHelp && failures >= refusalsAt;
}

/**
 * Whether a new instance gets traffic as soon as it runs: if no other instance serves, and it has no readiness check.
 */
function servesAtOnce(subject: Subject, leaving: readonly Instance[]): boolean {
  const waits = subject.desired.revision.spec.healthChecks.some(({ readiness }) => readiness);
  return !waits && !isServedBesides(subject, ...leaving);
}

/**
 * Whether an ended worker is started again, by the declared restart policy; an end by a signal from outside counts as a
 * failure.
 */
export function isStartedAgain({ desired, killed }: Subject, { id, exitCode }: Instance): boolean {
  const { restartPolicy } = desired.revision.spec;
  const hasFailed = exitCode !== 0 || killed.has(id);
  return restartPolicy === 'always' || (restartPolicy === 'on-failure' && hasFailed);
}

/** Restarts an instance if its check asks for it, out of service meanwhile if another instance serves. */
function restartUnhealthy(subject: Subject, current: Instance, { leaving }: Together): Action[] {
  const { failing } = healthOf(subject, current);
  if (failing === null || !isUp(current) || checksOf(subject, current).length === 0) return [];
  const { slot, revision } = current.identity;
  const leaves = mayLeave(subject, current, leaving);
  const why = `it is not healthy: ${failing}`;
  const { drainDelayMs } = subject.desired.revision.spec.update;
  return [
    ...(leaves ? outOfService(current, drainDelayMs) : []),
    { kind: 'stopInstance', slot, target: current.id, revision, why },
    startOf(slot, current.id),
  ];
}

/**
 * Reads the last lines of an instance in a crash loop, which may say why it ends; they are read again after twice as
 * many ends.
 */
function lastWords({ crashes, lastWords: read }: SlotMemory, { id, identity }: Instance): Action[] {
  if (crashes < crashLoopAt - 1) return [];
  if (read && read.instanceId === id && crashes < read.crashes * 2) return [];
  return [{ kind: 'readLastWords', slot: identity.slot, target: id }];
}
