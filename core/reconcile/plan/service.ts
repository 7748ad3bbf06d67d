/**
 * Who answers to the service's names, and how an instance is taken out of service without a request lost: it leaves
 * first, goes on with what reached it, and only then is stopped. The names are never left to nobody. Pure.
 */
import type { Instance } from '../../runtime.ts';
import { healthOf, isReady, isUnsteady, untilProved } from '../judge/readiness.ts';
import { isUp, type Subject, slotOf } from '../subject.ts';
import type { Action } from './actions.ts';

/** Whether it gets traffic now. */
export const isServing = (instance: Instance): boolean => instance.serves === true && isUp(instance);

/** Whether anything but these gets traffic. */
export const isServedBesides = ({ instances }: Subject, ...but: readonly Instance[]): boolean =>
  instances.some((one) => isServing(one) && !but.some(({ id }) => id === one.id));

/** How an instance goes for good. */
export interface Retiring {
  readonly why: string;
  /** Whether requests may be under way to it, so that it is drained; not where nothing is left to serve instead. */
  readonly drains: boolean;
  /** Whether its container, stopped, is kept for its logs. */
  readonly keeps?: boolean;
}

/** Nothing new is sent to it, and it goes on with what was; also where it had left before, an unknown time ago. */
export function outOfService({ id, identity: { slot }, serves }: Instance, drainDelayMs: number): Action[] {
  const leave: Action = { kind: 'leaveService', slot, target: id };
  const drain: Action = { kind: 'drain', slot, target: id, ms: drainDelayMs };
  return [...(serves ? [leave] : []), ...(drainDelayMs > 0 ? [drain] : [])];
}

/** Takes an instance out of service, stops and removes it. */
export function retire(subject: Subject, instance: Instance, { why, drains, keeps }: Retiring): Action[] {
  const { id, identity, state } = instance;
  if (state === 'removing' || (keeps && state === 'exited')) return [];
  const { slot, revision } = identity;
  // One that ends while it is taken off its names and joined again can leave its place in the network taken for ever.
  const runs = isUp(instance) && instance.serves !== null && !isUnsteady(subject, instance);
  const { drainDelayMs } = subject.desired.revision.spec.update;
  const quietly = drains && runs ? outOfService(instance, drainDelayMs) : [];
  const stop: Action = { kind: 'stopInstance', slot, target: id, revision, why };
  const remove: Action = { kind: 'removeInstance', slot, target: id, why };
  if (state === 'created' || state === 'dead') return [remove];
  return keeps ? [...quietly, stop] : [...quietly, stop, remove];
}

/**
 * Whether an instance may leave the names, with those that leave in the same plan gone, and those of slots that are at
 * work, which may be about to leave; it joins them where it may.
 */
export function mayLeave(subject: Subject, instance: Instance, leaving: Set<string>): boolean {
  const { atWork } = subject;
  const others = subject.instances.filter(({ id, identity }) => leaving.has(id) || atWork.has(identity.slot));
  if (instance.serves !== true || !isServedBesides(subject, instance, ...others)) return false;
  leaving.add(instance.id);
  return true;
}

/** What is to be done about an instance's traffic, and when time alone will change that. */
export interface Membership {
  readonly actions: readonly Action[];
  readonly dueAt: number | null;
}

/**
 * The current instance of a slot joins once it may, and leaves while its readiness checks fail and another serves.
 * One that is to take the place of an old one joins in that very moment, not before. `leaving` is added to.
 */
export function membershipOf(subject: Subject, current: Instance, leaving: Set<string>): Membership {
  const nothing: Membership = { actions: [], dueAt: null };
  if (current.serves === null || !isUp(current)) return nothing;
  const { slot } = current.identity;
  const ready = isReady(subject, current);
  if (current.serves) {
    // What is not known is no reason: after a restart of Ring nothing is known of anything.
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
