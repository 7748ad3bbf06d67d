/**
 * Whose turn it is in a rollout: which revision each slot is brought to now. A few slots at a time go to the revision
 * that is wanted; the others rest at the one that proved itself, or are left alone while they serve. Read off what is
 * there, so it says the same after a crash. Pure.
 */

import type { RevisionRecord } from '../../deployment/record.ts';
import { orderOf } from '../../deployment/update-order.ts';
import type { Instance } from '../../runtime.ts';
import { isShut } from '../gate/hold.ts';
import { hasProved, stillServes } from '../judge/readiness.ts';
import { atRevision, type Slot, type Subject, slotMemory, slotOf, wantedSlots } from '../subject.ts';

/** What one slot is brought to. */
export interface Turn {
  readonly slot: number;
  /** The subject as this slot is judged and planned: with the slot's revision as what is wanted. */
  readonly subject: Subject;
  /** Whether it is brought to the revision that the whole deployment is. */
  readonly isOn: boolean;
  /** Whether nothing is done in it for now: what is there serves, and waits for its turn. */
  readonly isHeld: boolean;
}

/** Whether a rollout has turned back to the revision that last proved itself. */
const hasTurnedBack = ({ desired, memory: { rollout } }: Pick<Subject, 'desired' | 'memory'>): boolean =>
  rollout !== null &&
  rollout.revision === desired.record.revision &&
  (rollout.state === 'rolling_back' || rollout.state === 'rolled_back') &&
  desired.stable !== null;

/** The revision that the deployment is brought to: the declared one, or the one it returned to. */
export const targetOf = (subject: Pick<Subject, 'desired' | 'memory'>): RevisionRecord =>
  hasTurnedBack(subject) && subject.desired.stable !== null
    ? subject.desired.stable
    : subject.desired.revision;

/** Whether an instance is what is left of a rollout that failed: its logs say why. */
export const isKept = (
  subject: Pick<Subject, 'desired' | 'memory'>,
  declared: RevisionRecord,
  { identity, startedAt }: Instance,
): boolean => hasTurnedBack(subject) && identity.specHash === declared.specHash && startedAt !== null;

/** How many slots may be under way at once. */
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
  /** Whether it waits to be let in. */
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

/** Where slots wait for their turn: only while a rollout moves on from a revision that proved itself. */
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
    // A slot that an interrupted rollout left with something else that serves is not taken back first.
    canRest: resting !== null && (hasRested || !isServed),
    isShut: isShut(target.hold, slot, current),
  };
}

/**
 * Whether a slot has come to the wanted revision: it has proved itself and nothing old is beside it. What ended and
 * cannot be removed does not hold it up: removing it is tried further.
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

/** Those under way go on; as many as there is room for join them, those first that nothing serves in. */
function chosen(subject: Subject, standings: readonly Standing[]): ReadonlySet<number> {
  const { record } = subject.desired;
  const begun = standings.filter(({ isBegun }) => isBegun);
  // Where nothing serves and nothing better is known there is nothing to hold on to.
  const free = standings.filter((one) => isNext(one) && !one.isServed && !one.canRest);
  const isPaused = record.paused || subject.memory.rollout?.state === 'paused';
  // The way back is never held up: what is being left has failed.
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
