/**
 * The loop in its other clothes: reconciles once and waits for the work it began, for cron and for whoever asks by
 * hand. What a tick does is decided in core/reconcile.
 */
import { RingError } from '../../core/errors.ts';
import type { TickReport } from '../../core/reconcile/report.ts';
import type { Ticker } from './reconciler.ts';

// One change takes a handful of passes (pull, create, start, look); what needs more is for the next run.
const mostRounds = 20;

/**
 * Ticks until a tick begins nothing more. Tells the state after the last one, and the actions, failures and time of
 * all. RECONCILER_BUSY when another process holds the lease from the start.
 */
export const reconcileOnce = async (reconciler: Pick<Ticker, 'tick' | 'idle'>): Promise<TickReport> => {
  let { report } = await reconciler.tick();
  for (let round = 1; round < mostRounds && report.actions > 0; round += 1) {
    await reconciler.idle();
    const next = await tickUnlessBusy(reconciler);
    if (!next) break;
    const begunNothing = next.actions === 0;
    report = {
      ...next,
      actions: report.actions + next.actions,
      failures: report.failures + next.failures,
      duration_ms: report.duration_ms + next.duration_ms,
    };
    if (begunNothing) break;
  }
  return report;
};

// Another process that took the lease in between has taken over what is left to do.
async function tickUnlessBusy(reconciler: Pick<Ticker, 'tick'>): Promise<TickReport | null> {
  try {
    return (await reconciler.tick()).report;
  } catch (error) {
    if (error instanceof RingError && error.code === 'RECONCILER_BUSY') return null;
    throw error;
  }
}

/** What a shell is told: 0 converged, 2 still converging or not to be seen. */
export const exitCodeOf = (report: TickReport): 0 | 2 => (report.state === 'converged' ? 0 : 2);
