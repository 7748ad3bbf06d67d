/**
 * Who serves: which instances are up, ready and have proved themselves, by their health checks where there are some,
 * else by staying up. What is done about it is decided in service.ts and plan-worker.ts. Pure.
 */
import type { RevisionRecord } from '../../deployment/record.ts';
import { type Health, type HealthCheck, unknownHealth } from '../../health/check.ts';
import type { Instance } from '../../runtime.ts';
import { isUp, revisionNumbered, type Subject, settledMs, slotOf, upFor } from '../subject.ts';

/** The kept revision that an instance runs; undefined for one that is forgotten. */
const revisionOf = (
  { desired }: Pick<Subject, 'desired'>,
  { identity }: Pick<Instance, 'identity'>,
): RevisionRecord | undefined => {
  const { revision, stable, declared } = desired;
  const alike = [revision, stable, declared].find((one) => one?.specHash === identity.specHash);
  return revisionNumbered(desired, identity.revision) ?? alike ?? undefined;
};

/** The checks of an instance: by what is wanted now where it runs that, else by its own revision. */
export const checksOf = (subject: Pick<Subject, 'desired'>, instance: Instance): readonly HealthCheck[] => {
  const { revision } = subject.desired;
  const current = instance.identity.specHash === revision.specHash ? revision : revisionOf(subject, instance);
  return current?.spec.healthChecks ?? [];
};

/** What is known of an instance's health. */
export const healthOf = (subject: Subject, instance: Instance): Health =>
  subject.health.get(instance.id) ?? unknownHealth(checksOf(subject, instance));

/** How long an instance must be up before its checks can no longer be about to ask for its first restart, ms. */
export const untilHealthyMs = (subject: Pick<Subject, 'desired'>, instance: Instance): number =>
  Math.max(
    0,
    ...checksOf(subject, instance)
      .filter(({ onFailure }) => onFailure === 'restart')
      .map((check) => check.startPeriodMs + (check.threshold + 1) * (check.intervalMs + check.timeoutMs)),
  );

/** Whether it may get traffic: it is up, and its readiness checks pass. */
export const isReady = (subject: Subject, instance: Instance): boolean =>
  isUp(instance) && healthOf(subject, instance).ready === true;

/** Whether it was started again just now, and may end again any moment. */
export const isUnsteady = ({ now }: Pick<Subject, 'now'>, instance: Instance): boolean =>
  instance.restartCount > 0 && upFor(instance, now) < settledMs;

/** Whether an old instance still serves: one that ends again and again is up now and then, and serves nobody. */
export const stillServes = (subject: Subject, old: Instance): boolean =>
  isReady(subject, old) && !isUnsteady(subject, old);

const hasReadiness = (subject: Subject, instance: Instance): boolean =>
  checksOf(subject, instance).some(({ readiness }) => readiness);

/** For how long yet it must stay as it is to have proved itself, ms: 0 when it has; null when time alone does not do it. */
export function untilProved(subject: Subject, instance: Instance): number | null {
  if (!isReady(subject, instance)) return null;
  if (hasReadiness(subject, instance)) return 0;
  return Math.max(0, subject.desired.revision.spec.update.minHealthyMs - upFor(instance, subject.now));
}

/** Whether it may take the place of another: by its readiness checks, else by having been up for long enough. */
export const hasProved = (subject: Subject, instance: Instance): boolean =>
  untilProved(subject, instance) === 0;

/** Whether something in a slot serves and is known by the service's names: what is wanted there, or what it is to replace. */
export function isServed(subject: Subject, slot: number): boolean {
  const { current, stale } = slotOf(subject, slot);
  return (
    (current !== null && current.serves !== false && isReady(subject, current)) ||
    stale.some((instance) => instance.serves !== false && stillServes(subject, instance))
  );
}
