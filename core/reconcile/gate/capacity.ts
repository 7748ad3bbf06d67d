/** What the host has: asked of the engine only where somebody requests some of it, and seldom, since it hardly changes. */
import type { Desired } from '../../ports.ts';
import type { Capacity } from '../../runtime.ts';
import type { ReconcilerPorts } from '../needs.ts';
import { requestsMemory } from './memory-claims.ts';

const freshMs = 10 * 60_000;
const retryMs = 60_000;

/** Knows what the host has. */
export interface CapacityReader {
  /** Whether to {@link ask} before deciding: one of these requests memory, nothing is known, no try failed just now. */
  isAwaited(desired: readonly Desired[]): boolean;
  /** Asks the engine, once for all who wait; never rejects: a failed try is logged, and the next one comes later. */
  ask(): Promise<void>;
  /**
   * What the engine last said, without waiting: what is old is asked for again beside. null where none of these
   * requests memory, or the engine never said: then memory holds up nobody.
   */
  read(desired: readonly Desired[]): Capacity | null;
}

/** A reader that knows nothing yet. */
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
    // A clock that was set back says nothing of how old it is.
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
