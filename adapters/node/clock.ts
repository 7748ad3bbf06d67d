/** The wall clock as the core asks for it. */
import type { Clock } from '../../core/ports.ts';

/** Node's timers take no longer time, about 24.8 days, and end after 1 ms where they are given one. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. A sleep of any length keeps the process alive until it ends or its signal aborts. */
export const makeClock = (): Clock => ({
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      let leftMs = Math.max(0, ms);
      let timer: NodeJS.Timeout | undefined;
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const sleepOn = () => {
        const nextMs = Math.min(leftMs, longestTimerMs);
        leftMs -= nextMs;
        timer = setTimeout(leftMs > 0 ? sleepOn : end, nextMs);
      };
      sleepOn();
      signal?.addEventListener('abort', end, { once: true });
    }),
});
