/**
 * One abort signal for many listeners: the platform warns about signals with more than a few listeners, and a follower
 * has one per container.
 */
import type { AbortSignalLike } from '../runtime.ts';

/** A signal and the function that aborts it. */
export interface Stop {
  readonly signal: AbortSignalLike;
  /** Aborts the signal; repeating it has no effect. */
  stop(): void;
}

/** Makes a signal that is not aborted. */
export const makeStop = (): Stop => {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
    },
    stop() {
      if (aborted) return;
      aborted = true;
      const notified = [...listeners];
      listeners.clear();
      for (const listener of notified) listener();
    },
  };
};
