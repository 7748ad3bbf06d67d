/**
 * Notifies waiting callers of writes: at once for writes of this process, and by polling for those of others. Polls
 * only while somebody waits.
 */
import { inTurns } from '../../core/concurrency/in-turns.ts';
import type { Changes } from '../../core/event/changes.ts';
import type { AbortSignalLike } from '../../core/runtime.ts';

/** The polling interval for writes of other processes, in ms. */
const lookMs = 250;

/** The Changes port, and the function that reports a write of this process. */
export interface ToldChanges extends Changes {
  tell(): void;
}

interface Waiter {
  readonly position: string;
  readonly end: () => void;
}

/** Makes the Changes of a database whose position is a different text after each write. */
export function makeChanges(readPosition: () => Promise<string>): ToldChanges {
  const waiting = new Set<Waiter>();
  const position = inTurns(readPosition);
  let timer: ReturnType<typeof setInterval> | null = null;

  const look = async (): Promise<void> => {
    if (waiting.size === 0) return;
    // A database that does not answer is polled again later.
    const now = await position().catch(() => null);
    if (now === null) return;
    for (const waiter of [...waiting]) if (waiter.position !== now) waiter.end();
  };

  const join = (waiter: Waiter): void => {
    waiting.add(waiter);
    timer ??= setInterval(look, lookMs).unref();
  };

  const leave = (waiter: Waiter): void => {
    waiting.delete(waiter);
    if (waiting.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };

  return {
    position,
    tell: () => void look(),
    after: (since: string, signal: AbortSignalLike) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const waiter: Waiter = {
          position: since,
          end() {
            leave(waiter);
            signal.removeEventListener('abort', waiter.end);
            resolve();
          },
        };
        join(waiter);
        signal.addEventListener('abort', waiter.end, { once: true });
        void look();
      }),
  };
}
