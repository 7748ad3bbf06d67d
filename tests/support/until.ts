/** Waits until a condition is true, instead of for a fixed time; on timeout the error shows what was last seen. */
import { setTimeout as pause } from 'node:timers/promises';

/** How patient to be, and what is waited for. */
export interface Patience {
  readonly withinMs?: number;
  readonly what?: string;
}

const everyMs = 40;

/** Looks again and again until it is enough; the find. Rejects with what was seen last when it does not come. */
export const until = async <T>(
  look: () => Promise<T> | T,
  enough: (found: T) => boolean,
  { withinMs = 40_000, what = 'what was waited for' }: Patience = {},
): Promise<T> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (enough(found)) return found;
    if (performance.now() > deadline) {
      throw new Error(`${what} did not come within ${withinMs} ms; last seen: ${JSON.stringify(found)}`);
    }
    await pause(everyMs);
  }
};
