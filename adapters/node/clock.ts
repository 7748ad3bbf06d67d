/** The wall clock as the core asks for it. */
import type { Clock } from '../../core/ports.ts';

/** The machine's clock. A sleep keeps the process alive until it ends or its signal aborts. */
export const makeClock = (): Clock => ({
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.max(0, ms));
      signal?.addEventListener('abort', end, { once: true });
    }),
});
