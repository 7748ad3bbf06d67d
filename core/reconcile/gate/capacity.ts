/**
 * Reads the capacity of the host: only if a deployment requests memory, and rarely, since it hardly changes. Who gets
 * the memory is decided in memory-admission.ts.
 */
import type { Desired } from '../../ports.ts';
import type { Capacity } from '../../runtime.ts';
import type { ReconcilerPorts } from '../needs.ts';
import { requestsMemory } from './memory-claims.ts';

const freshMs = 10 * 60_000;
const retryMs = 60_000;

/** Reads and caches the capacity of the host. */
export interface CapacityReader {
  /**
   * Whether to {@link ask} before deciding: one of these requests memory, nothing is known, and no read failed just
   * now.
   */
  isAwaited(desired: readonly Desired[]): boolean;
  /** Asks the engine, once for all concurrent callers; never rejects: a failed read is logged, and repeated later. */
  ask(): Promise<void>;
  /**
   * Returns what the engine last reported, without waiting; an old value is refreshed in the background. null if none
   * of these requests memory, or the engine never reported: then no deployment is held for memory.
   */
  read(desired: readonly Desired[]): Capacity | null;
}

/** Makes a reader that knows nothing yet. */
export function makeCapacityReader({
  runtime,
  clock,
  log,
}: Pick<ReconcilerPorts, 'runtime' | 'clock' | 'log'>): CapacityReader {
  let known: Capacity | null = null;
  let tried: { readonly at: number; readonly restMs: number } | null = null;
  let asking: Promise<void> | null = null;

  const isDue = (): boolean => {
    const sinceMs = tried === null ? null : clock.now() - tried.at;
    // If the clock was set back, the age of the value is unknown.
    return tried === null || sinceMs === null || sinceMs < 0 || sinceMs >= tried.restMs;
  };

  const askOnce = async (): Promise<void> => {
    try {
      known = await runtime.capacity();
      tried = { at: clock.now(), restMs: freshMs };
    } catch (error) {
      tried = { at: clock.now(), restMs: retryMs };
      log.warn('The engine does not say how much memory the host has', { error, known });
    } finally {
      asking = null;
    }
  };

  const ask = (): Promise<void> => {
    asking ??= askOnce();
    return asking;
  };

  return {
    isAwaited: (desired) => known === null && isDue() && desired.some(requestsMemory),
    ask,
    read(desired) {
      if (!desired.some(requestsMemory)) return null;
      if (isDue()) void ask();
      return known;
    },
  };
}
