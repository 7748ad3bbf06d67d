/**
 * Decides which instances are up, ready and have proved themselves, by their health checks if they have any, otherwise
 * by staying up. Pure; what is done about it is decided in plan/service.ts and plan/plan-worker.ts.
 */
import type { RevisionRecord } from '../../deployment/record.ts';
import { type Health, type HealthCheck, unknownHealth } from '../../health/check.ts';
import type { Instance } from '../../runtime.ts';
import { isUp, revisionNumbered, type Subject, settledMs, slotOf, upFor } from '../subject.ts';

/** The revision that an instance runs; undefined if it is not kept any more. */
const revisionOf = (
  { desired }: Pick<Subject, 'desired'>,
  { identity }: Pick<Instance, 'identity'>,
): RevisionRecord | undefined => {
  const { revision, stable, declared } = desired;
  const alike = [revision, stable, declared].find((one) => one?.specHash === identity.specHash);
  return revisionNumbered(desired, identity.revision) ?? alike ?? undefined;
};

/** The checks of an instance: those of the wanted revision if it runs that, otherwise those of its own revision. */
export const checksOf = (subject: Pick<Subject, 'desired'>, instance: Instance): readonly HealthCheck[] => {
  const { revision } = subject.desired;
  const current = instance.identity.specHash === revision.specHash ? revision : revisionOf(subject, instance);
  return current?.spec.healthChecks ?? [];
};

/** The health of an instance, as far as it is known. */
export const healthOf = (subject: Subject, instance: Instance): Health =>
  subject.health.get(instance.id) ?? unknownHealth(checksOf(subject, instance));

/** How long an instance must be up until its checks cannot be about to ask for the first restart any more, ms. */
export const untilHealthyMs = (subject: Pick<Subject, 'desired'>, instance: Instance): number =>
  Math.max(
    0,
    ...checksOf(subject, instance)
      .filter(({ onFailure }) => onFailure === 'restart')
      .map((check) => check.startPeriodMs + (check.threshold + 1) * (check.intervalMs + check.timeoutMs)),
  );

/** Whether an instance may get traffic: it is up, and its readiness checks pass. */
export const isReady = (subject: Subject, instance: Instance): boolean =>
  isUp(instance) && healthOf(subject, instance).ready === true;

/** Whether an instance was restarted just now, so that it may end again at any moment. */
export const isUnsteady = ({ now }: Pick<Subject, 'now'>, instance: Instance): boolean =>
  instance.restartCount > 0 && upFor(instance, now) < settledMs;

/** Whether an old instance still serves: one in a crash loop is up now and then, but does not serve. */
export const stillServes = (subject: Subject, old: Instance): boolean =>
  isReady(subject, old) && !isUnsteady(subject, old);

const hasReadiness = (subject: Subject, instance: Instance): boolean =>
  checksOf(subject, instance).some(({ readiness }) => readiness);

/**
 * How much longer an instance must stay as it is to have proved itself, ms: 0 if it has; null if time alone is not
 * enough.
 */
export function untilProved(subject: Subject, instance: Instance): number | null {
  if (!isReady(subject, instance)) return null;
  if (hasReadiness(subject, instance)) return 0;
  return Math.max(0, subject.desired.revision.spec.update.minHealthyMs - upFor(instance, subject.now));
}

/** Whether an instance may replace another: by its readiness checks, otherwise by having been up for long enough. */
export const hasProved = (subject: Subject, instance: Instance): boolean =>
  untilProved(subject, instance) === 0;

/** Whether an instance in a slot serves under the service's names: the wanted one, or one that it is to replace. */
export function isServed(subject: Subject, slot: number): boolean {
  const { current, stale } = slotOf(subject, slot);
  return (
    (current !== null && current.serves !== false && isReady(subject, current)) ||
    stale.some((instance) => instance.serves !== false && stillServes(subject, instance))
  );
}
