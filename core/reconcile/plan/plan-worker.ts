/** What a worker's slot needs. Level-triggered: read off what is there, whatever happened before. */

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

/** What a slot needs now, and when it needs a look by itself. */
export interface SlotPlan {
  readonly lanes: readonly Lane[];
  readonly dueAt: number | null;
}

/** What the slots of one deployment plan with in common. */
export interface Together {
  /** The revision that is declared, whatever the slot is brought to. */
  readonly declared: RevisionRecord;
  /** Instances that this plan takes out of service: added to as it is made. */
  readonly leaving: Set<string>;
}

/** So many refused starts of one container, and it is made anew. */
const refusalsAt = 3;

/** Fills a slot: makes, starts or repairs the current instance, and retires the old one once the new one has proved itself. */
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
    // Until it may be restarted it only gets no traffic.
    const meanwhile = waitsUntil(memory, subject.now) === null ? [] : unhealthy.filter(isLeaving);
    return { lanes: [beside('traffic', meanwhile), restart], dueAt: null };
  }
  const replaced = takeOver(subject, held, together);
  const membership = membershipOf(subject, current, together.leaving);
  // It gets traffic before the old one goes.
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
  /** What is done first to those that are in the way. */
  readonly blocking: readonly Action[];
}

/** First match wins: what the current instance of a slot needs to be up. */
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
      // Its log goes with it.
      return mustBeRemade(memory)
        ? [{ kind: 'readLastWords', slot, target }, ...again]
        : [startOf(slot, target)];
  }
}

/** Whether what lost its network had proved itself, and nothing else in its slot gets the traffic. */
const isBack = (subject: Subject, lost: Instance, stale: readonly Instance[]): boolean =>
  hasProved(subject, { ...lost, connected: true }) && !stale.some(isServing);

const startOf = (slot: number, target: string): Action => ({ kind: 'startInstance', slot, target });

/**
 * Whether an ended container is replaced rather than started: at once where its network is gone, otherwise after
 * several refusals. A taken port is no reason: a new container would not get it either.
 */
function mustBeRemade({ fault, failures }: SlotMemory): boolean {
  if (fault === null || fault.passing === true) return false;
  if (fault.networkLost === true) return true;
  const mayHelp = fault.status !== 'network_error' || fault.joinRefused === true;
  return mayHelp && failures >= refusalsAt;
}

/** Where nothing else serves, what has no readiness check gets traffic as soon as it runs. */
function servesAtOnce(subject: Subject, leaving: readonly Instance[]): boolean {
  const waits = subject.desired.revision.spec.healthChecks.some(({ readiness }) => readiness);
  return !waits && !isServedBesides(subject, ...leaving);
}

/** Whether a worker that ended is started again: by the declared policy, for which a signal from outside is a failure. */
export function isStartedAgain({ desired, killed }: Subject, { id, exitCode }: Instance): boolean {
  const { restartPolicy } = desired.revision.spec;
  const hasFailed = exitCode !== 0 || killed.has(id);
  return restartPolicy === 'always' || (restartPolicy === 'on-failure' && hasFailed);
}

/** An instance whose check asks for it is started again, out of service meanwhile where another serves. */
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

/** What it wrote last says why it ends again and again; read anew when that has gone on for twice as long. */
function lastWords({ crashes, lastWords: read }: SlotMemory, { id, identity }: Instance): Action[] {
  if (crashes < crashLoopAt - 1) return [];
  if (read && read.instanceId === id && crashes < read.crashes * 2) return [];
  return [{ kind: 'readLastWords', slot: identity.slot, target: id }];
}
