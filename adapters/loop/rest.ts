/** A pause between two turns of a loop, which a wake or a stop ends early. What wakes it is decided by the loops. */
import type { Clock } from '../../core/ports.ts';

/** The pause of one loop. */
export interface Rest {
  /** Resolves after ms, or as soon as it is woken or the loop stops; never rejects. */
  readonly rest: (ms: number) => Promise<void>;
  /** Ends the current rest, if there is one. */
  readonly wake: () => void;
}

/** Makes the pause of a loop that ends when `stopping` aborts. */
export const makeRest = (clock: Pick<Clock, 'sleep'>, stopping: AbortSignal): Rest => {
  let wake: (() => void) | null = null;
  return {
    async rest(ms) {
      if (stopping.aborted) return;
      const woken = new AbortController();
      const end = () => woken.abort();
      wake = end;
      stopping.addEventListener('abort', end, { once: true });
      await clock.sleep(ms, woken.signal);
      stopping.removeEventListener('abort', end);
      wake = null;
    },
    wake: () => wake?.(),
  };
};
