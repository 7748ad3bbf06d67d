/**
 * Checks that a schedule can be met, when it is declared: refuses an invalid cron expression, one that is never due,
 * and an unknown time zone. When a valid schedule is due is decided in schedule.ts.
 */
import type { DeploymentSpec } from '../deployment/spec/spec.ts';
import { invalidRequest, type Violation } from '../errors.ts';
import type { Cron } from '../ports.ts';

/** Throws INVALID_REQUEST with `/schedule` and `/time_zone` where they are at fault. */
export function checkSchedule(
  { job }: Pick<DeploymentSpec, 'job'>,
  cron: Pick<Cron, 'fault' | 'zoneFault'>,
): void {
  const schedule = job?.schedule ?? null;
  if (schedule === null) return;
  const faults = [
    { pointer: '/schedule', message: cron.fault(schedule.cron) },
    { pointer: '/time_zone', message: cron.zoneFault(schedule.timeZone) },
  ];
  const violations: Violation[] = faults.flatMap(({ pointer, message }) =>
    message === null ? [] : [{ pointer, message }],
  );
  if (violations.length > 0) throw invalidRequest(violations);
}
