/**
 * Decides which instances answer to the service's names, and how an instance is taken out of service without losing a
 * request: it leaves the names, finishes what reached it, and is stopped only then; at least one instance keeps the
 * names. Pure; who is ready is decided in judge/readiness.ts.
 */
import type { Instance } from '../../runtime.ts';
import { healthOf, isReady, isUnsteady, untilProved } from '../judge/readiness.ts';
import { isUp, type Subject, slotOf } from '../subject.ts';
import type { Action } from './actions.ts';

/** Whether an instance gets traffic now. */
export const isServing = (instance: Instance): boolean => instance.serves === true && isUp(instance);

/** Whether any instance other than these gets traffic. */
export const isServedBesides = ({ instances }: Subject, ...but: readonly Instance[]): boolean =>
  instances.some((one) => isServing(one) && !but.some(({ id }) => id === one.id));

/** How an instance is retired. */
export interface Retiring {
  readonly why: string;
  /** Whether it is drained because requests may be under way; not if no other instance is left to serve. */
  readonly drains: boolean;
  /** Whether its container is stopped and kept for its logs. */
  readonly keeps?: boolean;
}

/**
 * Takes an instance out of service: it gets no new requests and finishes those under way. It is also drained if it had
 * left the names before, since that time is unknown.
 */
export function outOfService({ id, identity: { slot }, serves }: Instance, drainDelayMs: number): Action[] {
  const leave: Action = { kind: 'leaveService', slot, target: id };
  const drain: Action = { kind: 'drain', slot, target: id, ms: drainDelayMs };
  return [...(serves ? [leave] : []), ...(drainDelayMs > 0 ? [drain] : [])];
}

/** Takes an instance out of service, stops it and removes it. */
export function retire(subject: Subject, instance: Instance, { why, drains, keeps }: Retiring): Action[] {
  const { id, identity, state } = instance;
  if (state === 'removing' || (keeps && state === 'exited')) return [];
  const { slot, revision } = identity;
  // An instance that ends while it leaves its names and rejoins the network may leave its place there taken for ever.
  const runs = isUp(instance) && instance.serves !== null && !isUnsteady(subject, instance);
  const { drainDelayMs } = subject.desired.revision.spec.update;
  const quietly = drains && runs ? outOfService(instance, drainDelayMs) : [];
  const stop: Action = { kind: 'stopInstance', slot, target: id, revision, why };
  const remove: Action = { kind: 'removeInstance', slot, target: id, why };
  if (state === 'created' || state === 'dead') return [remove];
  return keeps ? [...quietly, stop] : [...quietly, stop, remove];
}

/**
 * Whether an instance may leave the names, even if those that leave in the same plan are gone, and those of slots at
 * work, which may be about to leave; if so, adds it to `leaving`.
 */
export function mayLeave(subject: Subject, instance: Instance, leaving: Set<string>): boolean {
  const { atWork } = subject;
  const others = subject.instances.filter(({ id, identity }) => leaving.has(id) || atWork.has(identity.slot));
  if (instance.serves !== true || !isServedBesides(subject, instance, ...others)) return false;
  leaving.add(instance.id);
  return true;
}

/** What is to be done about an instance's traffic, and when time alone will change that, ms since 1970. */
export interface Membership {
  readonly actions: readonly Action[];
  readonly dueAt: number | null;
}

/**
 * Decides the traffic of the current instance of a slot: it joins the names once it may, and leaves them while its
 * readiness checks fail and another instance serves. An instance that replaces an old one joins at the moment of the
 * replacement, not before. Adds to `leaving`.
 */
export function membershipOf(subject: Subject, current: Instance, leaving: Set<string>): Membership {
  const nothing: Membership = { actions: [], dueAt: null };
  if (current.serves === null || !isUp(current)) return nothing;
  const { slot } = current.identity;
  const ready = isReady(subject, current);
  if (current.serves) {
    // Unknown health is no reason to leave: after a restart of Ring, no health is known.
    const isUnready = healthOf(subject, current).ready === false;
    if (!isUnready || !mayLeave(subject, current, leaving)) return nothing;
    return { actions: [{ kind: 'leaveService', slot, target: current.id }], dueAt: null };
  }
  if (!ready || slotOf(subject, slot).stale.some(isServing)) return nothing;
  const waitMs = isServedBesides(subject, current) ? untilProved(subject, current) : 0;
  if (waitMs === null) return nothing;
  if (waitMs > 0) return { actions: [], dueAt: subject.now + waitMs };
  return { actions: [{ kind: 'joinService', slot, target: current.id }], dueAt: null };
}
