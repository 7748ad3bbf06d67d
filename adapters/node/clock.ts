/** Implements the core's Clock with the system time and Node's timers. */
import type { Clock } from '../../core/ports.ts';

/** The longest delay of Node's timers, in ms (about 24.8 days); a longer one would end after 1 ms. */
const longestTimerMs = 2 ** 31 - 1;

/** Makes the machine's clock. A sleep of any length keeps the process alive until it ends or its signal is aborted. */
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
