/** One end for many: the platform warns of signals with more than a few listeners, and a follower has one a container. */
import type { AbortSignalLike } from '../runtime.ts';

/** A signal and the way to give it. */
export interface Stop {
  readonly signal: AbortSignalLike;
  /** Gives the signal; again is fine. */
  stop(): void;
}

/** Makes a signal that has not been given. */
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
      const told = [...listeners];
      listeners.clear();
      for (const listener of told) listener();
    },
  };
};
