/**
 * A clock that is advanced by hand: sleepers wake in order, and all work that one starts runs before the next one
 * wakes.
 */
import type { Clock } from '../../core/ports.ts';
import { madeAt } from './records.ts';

/** A clock that stands still until `pass` is called; it begins when built records were made. */
export interface VirtualClock extends Clock {
  /** Lets so many ms pass, or fewer where it is enough after some sleeper woke. */
  pass(ms: number, isEnough?: () => boolean): Promise<void>;
  /** Somebody sets the clock: sleepers sleep on for as long as they would have. */
  leap(ms: number): void;
}

/** Lets everything run that waits for nothing but its turn. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Makes a clock that stands still. */
export function makeVirtualClock(): VirtualClock {
  const sleeping = new Set<{ until: number; readonly end: () => void }>();
  let now = Date.parse(madeAt);
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted) return resolve();
        const end = () => {
          sleeping.delete(sleeper);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const sleeper = { until: now + ms, end };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', end, { once: true });
      }),
    async pass(ms, isEnough = () => false) {
      const until = now + ms;
      await settle();
      for (;;) {
        const [next] = [...sleeping].filter((one) => one.until <= until).sort((a, b) => a.until - b.until);
        if (!next) break;
        now = next.until;
        next.end();
        await settle();
        if (isEnough()) return;
      }
      now = until;
    },
    leap(ms) {
      now += ms;
      for (const sleeper of sleeping) sleeper.until += ms;
    },
  };
}
