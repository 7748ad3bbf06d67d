/**
 * Decides which event a change of a check's verdict causes: that the check began to fail, or that it passes again.
 * Pure; what the verdict is, is decided in verdict.ts.
 */
import type { NewEvent } from '../event/event.ts';
import type { HealthCheck } from './check.ts';
import { type CheckState, describeCheck } from './verdict.ts';
import type { HealthTarget } from './watch.ts';

/** The event of a change; null if there is none, as for a check whose failing has no consequences. */
export function newsOf(
  { uid, containerName }: Pick<HealthTarget, 'uid' | 'containerName'>,
  check: HealthCheck,
  change: {
    readonly before: CheckState;
    readonly after: CheckState;
    /** Whether the check was failing for the previous process. */
    readonly recovers: boolean;
    readonly at: number;
  },
): NewEvent | null {
  const { before, after } = change;
  if (check.onFailure === 'none' || before.verdict === after.verdict) return null;
  const event = { uid, at: new Date(change.at).toISOString(), component: 'scheduler' } as const;
  if (after.verdict === 'failing') {
    const message = `Container ${containerName}: ${after.reason}`;
    return { ...event, level: 'warning', reason: 'HealthCheckFailed', message };
  }
  if (before.verdict === 'unknown' && !change.recovers) return null;
  const message = `Container ${containerName}: ${describeCheck(check)} passes again`;
  return { ...event, level: 'info', reason: 'HealthCheckPassed', message };
}
