/**
 * Decides which revision each slot is brought to during a rollout: a few slots at a time go to the wanted revision, the
 * others stay at the stable one or are left alone while they serve. Pure, and read only from what exists, so the result
 * is the same after a crash; whether the rollout failed is decided in judge/judge-rollout.ts.
 */

import type { RevisionRecord } from '../../deployment/record.ts';
import { orderOf } from '../../deployment/update-order.ts';
import type { Instance } from '../../runtime.ts';
import { isShut } from '../gate/hold.ts';
import { hasProved, stillServes } from '../judge/readiness.ts';
import { atRevision, type Slot, type Subject, slotMemory, slotOf, wantedSlots } from '../subject.ts';

/** The revision that one slot is brought to. */
export interface Turn {
  readonly slot: number;
  /** The subject as this slot is judged and planned, with the slot's revision as the wanted one. */
  readonly subject: Subject;
  /** Whether the slot is brought to the target revision of the whole deployment. */
  readonly isOn: boolean;
  /** Whether the slot is left alone for now: its instance serves, and waits for its turn. */
  readonly isHeld: boolean;
}

/** Whether a rollout has turned back to the stable revision. */
const hasTurnedBack = ({ desired, memory: { rollout } }: Pick<Subject, 'desired' | 'memory'>): boolean =>
  rollout !== null &&
  rollout.revision === desired.record.revision &&
  (rollout.state === 'rolling_back' || rollout.state === 'rolled_back') &&
  desired.stable !== null;

/** The target revision of the deployment: the declared one, or the stable one that it returned to. */
export const targetOf = (subject: Pick<Subject, 'desired' | 'memory'>): RevisionRecord =>
  hasTurnedBack(subject) && subject.desired.stable !== null
    ? subject.desired.stable
    : subject.desired.revision;

/** Whether an instance is kept from a rollout that failed, for its logs. */
export const isKept = (
  subject: Pick<Subject, 'desired' | 'memory'>,
  declared: RevisionRecord,
  { identity, startedAt }: Instance,
): boolean => hasTurnedBack(subject) && identity.specHash === declared.specHash && startedAt !== null;

/** The maximum number of slots under way at once. */
export function turnsAtOnce({ desired, memory }: Pick<Subject, 'desired' | 'memory'>): number {
  const { replicas } = desired.record;
  const { spec } = targetOf({ desired, memory });
  const { parallelism, maxSurge } = desired.revision.spec.update;
  const stopsFirst = orderOf(spec, replicas) === 'stop-first';
  const most = parallelism ?? (stopsFirst ? 1 : Math.max(1, Math.ceil(replicas / 4)));
  return stopsFirst ? most : Math.min(most, maxSurge ?? most);
}

interface Standing {
  readonly slot: number;
  readonly isBegun: boolean;
  readonly isDone: boolean;
  readonly isServed: boolean;
  readonly canRest: boolean;
  /** Whether the slot waits to be let in. */
  readonly isShut: boolean;
}

/** The turn of every wanted slot of a worker. */
export function takeTurns(subject: Subject): readonly Turn[] {
  const declared = subject.desired.revision;
  const target = atRevision(subject, targetOf(subject));
  const slots = wantedSlots(subject);
  const resting = restingRevision(subject);
  const standings = slots.map((slot) => standingOf(target, { slot, resting, declared }));
  const on = chosen(subject, standings);
  return standings.map(({ slot, isServed, canRest, isShut: waits }): Turn => {
    if (on.has(slot)) return { slot, subject: target, isOn: true, isHeld: false };
    if (canRest && resting) {
      return { slot, subject: atRevision(subject, resting), isOn: false, isHeld: false };
    }
    return { slot, subject: target, isOn: false, isHeld: isServed || waits };
  });
}

/** The revision at which slots wait for their turn: only while a rollout moves away from a stable revision. */
function restingRevision(subject: Subject): RevisionRecord | null {
  const { rollout } = subject.memory;
  const moves = rollout !== null && (rollout.state === 'in_progress' || rollout.state === 'paused');
  return moves ? subject.desired.stable : null;
}

function standingOf(
  target: Subject,
  {
    slot,
    resting,
    declared,
  }: { readonly slot: number; readonly resting: RevisionRecord | null; readonly declared: RevisionRecord },
): Standing {
  const held = slotOf(target, slot);
  const { current, stale } = held;
  const isServed = stale.some((instance) => stillServes(target, instance));
  const hasRested = stale.some(({ identity }) => identity.specHash === resting?.specHash);
  return {
    slot,
    isBegun: current !== null,
    isDone: isUpdated(target, held, declared),
    isServed,
    // A slot in which an interrupted rollout left another serving instance is not taken back first.
    canRest: resting !== null && (hasRested || !isServed),
    isShut: isShut(target.hold, slot, current),
  };
}

/**
 * Whether a slot has reached the wanted revision: its instance has proved itself and there is no old one beside it. An
 * ended instance that cannot be removed does not prevent that; its removal is retried.
 */
export const isUpdated = (
  target: Subject,
  { current, stale }: Pick<Slot, 'current' | 'stale'>,
  declared: RevisionRecord,
): boolean =>
  current !== null &&
  hasProved(target, current) &&
  stale.every((old) => {
    if (old.state === 'exited' && isKept(target, declared, old)) return true;
    const hasEnded = old.state === 'exited' || old.state === 'dead';
    return hasEnded && slotMemory(target, current.identity.slot).asides?.replace?.fault != null;
  });

const isNext = ({ isBegun, isShut: waits }: Standing): boolean => !isBegun && !waits;

/**
 * The slots that are brought to the target: those under way continue, and as many as there is room for join them, first
 * those in which nothing serves.
 */
function chosen(subject: Subject, standings: readonly Standing[]): ReadonlySet<number> {
  const { record } = subject.desired;
  const begun = standings.filter(({ isBegun }) => isBegun);
  // Slots in which nothing serves, and which have no stable revision, need not wait.
  const free = standings.filter((one) => isNext(one) && !one.isServed && !one.canRest);
  const isPaused = record.paused || subject.memory.rollout?.state === 'paused';
  // A rollback is never held up, because the revision that is left has failed.
  const room =
    isPaused && !hasTurnedBack(subject)
      ? 0
      : turnsAtOnce(subject) - begun.filter(({ isDone }) => !isDone).length;
  const next = standings
    .filter((one) => isNext(one) && !free.includes(one))
    .sort((a, b) => Number(a.isServed) - Number(b.isServed) || a.slot - b.slot)
    .slice(0, Math.max(0, room));
  return new Set([...begun, ...free, ...next].map(({ slot }) => slot));
}
