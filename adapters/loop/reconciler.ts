/** What the loop asks of the reconciler. What a tick does is decided in core/reconcile. */
import type { TickReport } from '../../core/reconcile/report.ts';
import type { RuntimeEvent } from '../../core/runtime.ts';

/** How one tick went. */
export interface Ticked {
  readonly report: TickReport;
  /** When something falls due by itself, such as a backoff: ms since 1970, or null. */
  readonly dueAt: number | null;
}

/** One pass after another over what is declared; core/reconcile's reconciler is one. */
export interface Ticker {
  /** Plans everything that is not at work already and begins it. RECONCILER_BUSY when another holds the lease. */
  tick(): Promise<Ticked>;
  /** Resolves when no work is in flight. */
  idle(): Promise<void>;
  /** Notes an event of the runtime. */
  notice(event: RuntimeEvent): void;
  /** Begins nothing more; resolves when what is in flight has ended. */
  stop(): Promise<void>;
}
