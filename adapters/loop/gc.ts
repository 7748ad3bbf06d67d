/**
 * Decides when garbage is collected: periodically, soon after deployments have changed, and on request. It runs beside
 * ticks, under the same lease. core/gc decides what is removed.
 */

import { inTurns } from '../../core/concurrency/in-turns.ts';
import { RingError } from '../../core/errors.ts';
import { collectGarbage, type GcPorts, previewGc } from '../../core/gc/clean.ts';
import type { GarbageCollector } from '../../core/gc/collector.ts';
import type { GcTerms } from '../../core/gc/plan.ts';
import type { GcReport } from '../../core/gc/report.ts';
import type { Clock } from '../../core/ports.ts';
import type { Reconciler } from '../../core/reconcile/reconciler.ts';
import { makeRest } from './rest.ts';

/** What automatic garbage collection needs. */
export interface GcLoopPorts extends GcPorts {
  readonly clock: Clock;
  /** Runs work under the reconciler's lease. */
  readonly runUnderLease: Reconciler['runUnderLease'];
  /** Called after each completed collection. */
  readonly onCollected?: (report: GcReport) => void;
}

/** Garbage collection: automatic once started, if the settings enable it, and on request. */
export interface GcLoop extends GarbageCollector {
  start(): void;
  /** Reports that deployments have changed, so that there may soon be more to remove. Never waits. */
  noteChange(): void;
  /** Collects garbage if it is due by the stored time, for processes without a loop. Never rejects. */
  collectIfDue(): Promise<void>;
  /** Starts nothing more and waits up to boundMs for the work in progress. */
  stop(boundMs: number): Promise<void>;
}

/** Returns the delay after a change in ms: long enough for simultaneous changes to share a collection. */
const soonOf = ({ everyMs }: GcTerms): number => Math.min(60_000, everyMs / 10);

/** Makes the garbage collection; it is not started. */
export const makeGcLoop = (ports: GcLoopPorts, terms: GcTerms): GcLoop => {
  const { clock, log, store, runUnderLease } = ports;
  const stopping = new AbortController();
  const soonMs = soonOf(terms);
  let hasChanged = false;
  const { rest, wake } = makeRest(clock, stopping.signal);
  let loop: Promise<void> | null = null;
  let complaint = '';

  const clean = inTurns(() =>
    runUnderLease((lease, mayGoOn) => collectGarbage({ ports, terms, lease, mayGoOn })).then(reportOutcome),
  );

  /** Logs a persistent failure only once. */
  const complain = (fields: Readonly<Record<string, unknown>>, text: string): void => {
    if (text !== complaint && text !== '') log.warn('Garbage collection failed in part', fields);
    complaint = text;
  };

  function reportOutcome(report: GcReport): GcReport {
    const { removed, failed, bytes, duration_ms } = report;
    ports.onCollected?.(report);
    if (removed.length > 0) log.info('Garbage collected', { removed: removed.length, bytes, duration_ms });
    complain({ failed }, failed.map(({ id, error }) => `${id} ${error}`).join());
    return report;
  }

  const keep = async (): Promise<void> => {
    hasChanged = false;
    try {
      await clean();
    } catch (error) {
      // The process that holds the lease also collects garbage.
      if (error instanceof RingError && error.code === 'RECONCILER_BUSY') return;
      complain({ error }, error instanceof Error ? error.message : String(error));
    }
  };

  /**
   * Returns the ms until the next collection is due; a time in the future was written before the clock was set back.
   */
  const dueInMs = async (): Promise<number> => {
    const keptAt = await store.keptAt();
    const sinceMs = keptAt === null ? Number.POSITIVE_INFINITY : clock.now() - keptAt;
    return sinceMs < 0 ? terms.everyMs : Math.max(0, terms.everyMs - sinceMs);
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const dueMs = await dueInMs().catch(() => terms.everyMs);
      if (!hasChanged) await rest(dueMs);
      await clock.sleep(soonMs, stopping.signal);
      if (!stopping.signal.aborted) await keep();
    }
  };

  return {
    look: () => previewGc(ports, terms),
    clean,
    start() {
      if (terms.automatic) loop ??= run();
    },
    noteChange() {
      hasChanged = true;
      wake();
    },
    async collectIfDue() {
      if (terms.automatic && (await dueInMs().catch(() => 1)) === 0) await keep();
    },
    async stop(boundMs) {
      stopping.abort();
      const bound = new AbortController();
      const ended = Promise.resolve(loop).finally(() => bound.abort());
      await Promise.race([ended, clock.sleep(boundMs, bound.signal)]);
    },
  };
};
