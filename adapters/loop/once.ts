/**
 * Reconciles once and waits for the work it began, for cron jobs and manual calls. core/reconcile decides what a tick
 * does.
 */
import { RingError } from '../../core/errors.ts';
import type { Prober } from '../../core/health/prober.ts';
import type { Reconciler } from '../../core/reconcile/reconciler.ts';
import type { TickReport } from '../../core/reconcile/report.ts';

// One change takes a few passes (pull, create, start, observe); what needs more is left to the next call.
const mostRounds = 20;
// Work that another process began is also waited for, with one more observation.
const quietRounds = 2;

const nothingDue: Pick<Prober, 'runDue'> = { runDue: async () => false };

/**
 * Ticks until no more work starts, and runs the due health checks after each tick. Returns the state after the last
 * tick, and the actions, failures and duration of all ticks. RECONCILER_BUSY when another process holds the lease from
 * the start.
 */
export const reconcileOnce = async (
  reconciler: Pick<Reconciler, 'tick' | 'idle'>,
  health: Pick<Prober, 'runDue'> = nothingDue,
): Promise<TickReport> => {
  let { report } = await reconciler.tick();
  let isNews = await health.runDue();
  let quiet = report.actions === 0 ? 1 : 0;
  for (
    let round = 1;
    round < mostRounds && (isNews || (report.state === 'converging' && quiet < quietRounds));
    round += 1
  ) {
    await reconciler.idle();
    const next = await tickUnlessBusy(reconciler);
    if (!next) break;
    isNews = await health.runDue();
    quiet = next.actions === 0 ? quiet + 1 : 0;
    report = {
      ...next,
      actions: report.actions + next.actions,
      failures: report.failures + next.failures,
      duration_ms: report.duration_ms + next.duration_ms,
    };
  }
  return report;
};

// A process that took the lease in between continues with the remaining work.
async function tickUnlessBusy(reconciler: Pick<Reconciler, 'tick'>): Promise<TickReport | null> {
  try {
    return (await reconciler.tick()).report;
  } catch (error) {
    if (error instanceof RingError && error.code === 'RECONCILER_BUSY') return null;
    throw error;
  }
}

/** Returns the exit code: 0 for converged, 2 for still converging or not observable. */
export const exitCodeOf = (report: TickReport): 0 | 2 => (report.state === 'converged' ? 0 : 2);
