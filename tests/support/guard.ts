/**
 * Checks each of Ring's calls to the engine: a serving container is removed only after another one serves. What Ring
 * could not know is not a violation: its last observation counts as well as the actual state.
 */
import { isOnHost } from '../../core/container/options.ts';
import { orderOf } from '../../core/deployment/update-order.ts';
import type { Desired } from '../../core/ports.ts';
import type { Instance } from '../../core/runtime.ts';

/** What a guard knows of the world. */
export interface GuardView {
  /** The engine as it is. */
  readonly now: readonly Instance[];
  /** The engine as Ring saw it last; empty where it has not. */
  readonly seen: readonly Instance[];
  /** What was declared when Ring looked last. */
  readonly declared: readonly Desired[];
  /** Whether its checks pass. */
  isWell(instance: Instance): boolean;
  /** Whether it fell ill so short a time ago that what was begun for it may go on. */
  wasIllJustNow(instance: Instance): boolean;
  /** Whether it fell ill so short a time ago that what was begun while it served may go on. */
  fellIllJustNow(instance: Instance): boolean;
}

/** What is wrong with taking this container away now, by that call; null when nothing is. */
export function complaintOfTaking(call: string, id: string, view: GuardView): string | null {
  const target = view.now.find((one) => one.id === id);
  if (!target) return null;
  const { uid, slot } = target.identity;
  const desired = view.declared.find(({ record }) => record.uid === uid);
  if (!desired || desired.record.deletedAt !== null || desired.record.kind === 'job') return null;
  const { replicas } = desired.record;
  const gaveTraffic = target.serves === true && isUp(target);
  // On the host's network nobody answers to names.
  const isNamed = ![desired.revision, desired.stable].some((one) => one !== null && isOnHost(one.spec));
  if (call === 'leave' && gaveTraffic && replicas > 0 && isNamed && isLeftToNobody(target, view)) {
    return `leave of ${target.containerName} leaves the names to nobody`;
  }
  if (!serves(target, view) || view.wasIllJustNow(target)) return null;
  const own = served(uid, view).filter((one) => one.id !== id);
  if (slot >= replicas) return complaintOfSurplus(call, target, { own, replicas });
  const mayStop = [desired.revision, desired.stable].some(
    (revision) => revision !== null && orderOf(revision.spec, replicas) === 'stop-first',
  );
  if (mayStop || own.some(({ identity }) => identity.slot === slot)) return null;
  const standing = own.map(({ containerName, state }) => `${containerName} ${state}`).join(', ');
  return `${call} of ${target.containerName} leaves nothing that serves in its slot (${standing || 'nothing'}; declared: ${desired.revision.number})`;
}

/** So many ends, and an instance is taken to go on ending. */
const endsAgainAndAgain = 3;

/** What is too many goes only where enough is left; one that ends again and again stands in for nobody. */
function complaintOfSurplus(
  call: string,
  { containerName, serves: isNamed, restartCount }: Instance,
  { own, replicas }: { readonly own: readonly Instance[]; readonly replicas: number },
): string | null {
  const left = new Set(own.map(({ identity }) => identity.slot)).size;
  const isUnsteady = restartCount >= (isNamed === false ? 1 : endsAgainAndAgain);
  if (left >= replicas || isUnsteady) return null;
  return `${call} of ${containerName} leaves ${left} of ${replicas} replicas`;
}

const isUp = ({ state, connected }: Instance): boolean => state === 'running' && connected !== false;

const serves = (instance: Instance, { isWell }: GuardView): boolean => isUp(instance) && isWell(instance);

/** Whether nobody else answers to the service's names, or did when Ring looked last. */
const isLeftToNobody = (target: Instance, { now, seen }: GuardView): boolean =>
  ![...now, ...seen].some(
    (one) =>
      one.identity.uid === target.identity.uid && one.id !== target.id && one.serves === true && isUp(one),
  );

/** What serves of a deployment, or did when Ring looked last. */
function served(uid: string, view: GuardView): readonly Instance[] {
  const own = view.now.filter(({ identity }) => identity.uid === uid);
  const seenServing = new Set(view.seen.filter((one) => serves(one, view)).map(({ id }) => id));
  const gone = view.seen.filter(
    (one) => one.identity.uid === uid && isUp(one) && !own.some(({ id }) => id === one.id),
  );
  const serving = (one: Instance): boolean =>
    serves(one, view) || seenServing.has(one.id) || (isUp(one) && view.fellIllJustNow(one));
  return [...own.filter(serving), ...gone];
}

/** A rollout is said to be complete only when every replica has stayed up for long enough, or its checks say so. */
export function complaintsOfProof(
  { record, revision, observation }: Desired,
  seen: readonly Instance[],
  now: number,
): readonly string[] {
  const rollout = observation?.view.rollout;
  const { healthChecks, update } = revision.spec;
  const isFresh = rollout?.state === 'completed' && rollout.finished_at === new Date(now).toISOString();
  if (!isFresh || healthChecks.some(({ readiness }) => readiness)) return [];
  const young = seen.filter(
    ({ identity, startedAt }) =>
      identity.uid === record.uid &&
      identity.slot < record.replicas &&
      identity.specHash === revision.specHash &&
      now - (startedAt ?? now) < update.minHealthyMs,
  );
  return young.map(
    (one) => `revision ${revision.number} counts as proved, and ${one.containerName} has not held yet`,
  );
}
