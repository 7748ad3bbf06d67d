/**
 * Decides when the house is kept: slowly, soon after deployments have changed, and when somebody asks. Never in the way
 * of a tick: it goes on beside them, under the same lease. What is taken away is decided in core/gc.
 */

import { inTurns } from '../../core/concurrency/in-turns.ts';
import { RingError } from '../../core/errors.ts';
import { cleanHouse, type HousePorts, lookAtHouse } from '../../core/gc/clean.ts';
import type { House } from '../../core/gc/house.ts';
import type { HouseTerms } from '../../core/gc/plan.ts';
import type { HouseReport } from '../../core/gc/report.ts';
import type { Clock } from '../../core/ports.ts';
import type { Reconciler } from '../../core/reconcile/reconciler.ts';

/** What keeping house by itself needs. */
export interface HouseKeeperPorts extends HousePorts {
  readonly clock: Clock;
  /** Runs work under the reconciler's lease. */
  readonly aside: Reconciler['aside'];
  /** Told of each turn that came to its end. */
  readonly onKept?: (report: HouseReport) => void;
}

/** The house, kept by itself once it is started, where that is wanted. */
export interface HouseKeeper extends House {
  start(): void;
  /** Deployments have changed: there may be more to take away soon. Never waits. */
  noteChange(): void;
  /** Keeps house where that is due by the time that is stored, for who has no loop. Never rejects. */
  keepIfDue(): Promise<void>;
  /** Begins nothing more and waits up to boundMs for what is under way. */
  stop(boundMs: number): Promise<void>;
}

/** Soon: long enough for changes that come together to share a turn, ms. */
const soonOf = ({ everyMs }: HouseTerms): number => Math.min(60_000, everyMs / 10);

/** A house that nobody keeps yet. */
export const makeHouseKeeper = (ports: HouseKeeperPorts, terms: HouseTerms): HouseKeeper => {
  const { clock, log, store, aside } = ports;
  const stopping = new AbortController();
  const soonMs = soonOf(terms);
  let hasChanged = false;
  let rouse: (() => void) | null = null;
  let loop: Promise<void> | null = null;
  let complaint = '';

  const clean = inTurns(() =>
    aside((lease, mayGoOn) => cleanHouse({ ports, terms, lease, mayGoOn })).then(tell),
  );

  /** What fails the same way again and again is told once. */
  const complain = (fields: Readonly<Record<string, unknown>>, text: string): void => {
    if (text !== complaint && text !== '') log.warn('House keeping could not do everything', fields);
    complaint = text;
  };

  function tell(report: HouseReport): HouseReport {
    const { removed, failed, bytes, duration_ms } = report;
    ports.onKept?.(report);
    if (removed.length > 0) log.info('House kept', { removed: removed.length, bytes, duration_ms });
    complain({ failed }, failed.map(({ id, error }) => `${id} ${error}`).join());
    return report;
  }

  const keep = async (): Promise<void> => {
    hasChanged = false;
    try {
      await clean();
    } catch (error) {
      // Whoever holds the lease keeps the house as well.
      if (error instanceof RingError && error.code === 'RECONCILER_BUSY') return;
      complain({ error }, error instanceof Error ? error.message : String(error));
    }
  };

  /** ms until the next turn is due; a time that is yet to come was written by a clock that has been set back. */
  const dueInMs = async (): Promise<number> => {
    const keptAt = await store.keptAt();
    const sinceMs = keptAt === null ? Number.POSITIVE_INFINITY : clock.now() - keptAt;
    return sinceMs < 0 ? terms.everyMs : Math.max(0, terms.everyMs - sinceMs);
  };

  /** Resolves after ms, or once something changed, or when it is to stop. */
  const rest = async (ms: number): Promise<void> => {
    if (hasChanged || stopping.signal.aborted) return;
    const roused = new AbortController();
    const end = () => roused.abort();
    rouse = end;
    stopping.signal.addEventListener('abort', end, { once: true });
    await clock.sleep(ms, roused.signal);
    stopping.signal.removeEventListener('abort', end);
    rouse = null;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await rest(await dueInMs().catch(() => terms.everyMs));
      await clock.sleep(soonMs, stopping.signal);
      if (!stopping.signal.aborted) await keep();
    }
  };

  return {
    look: () => lookAtHouse(ports, terms),
    clean,
    start() {
      if (terms.automatic) loop ??= run();
    },
    noteChange() {
      hasChanged = true;
      rouse?.();
    },
    async keepIfDue() {
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
