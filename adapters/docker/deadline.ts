/** Gives every engine call a deadline, and ends all calls when the connection is closed. */
import type { Readable } from 'node:stream';
import type { AbortSignalLike } from '../../core/runtime.ts';
import { EngineError, Overdue } from './engine-error.ts';

/** The calls in progress, each with its own deadline. */
export interface Deadlines {
  /**
   * Runs the work with a signal that aborts after ms, and then rejects with EngineError even if the work ignores the
   * signal.
   */
  within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Ends all calls in progress and all later ones. */
  close(): void;
}

/**
 * Aborts after the current turn of the event loop. An abort in the same turn in which a response ends would hit its
 * socket on the way back to the pool, where nothing listens for errors, and would end the process.
 */
export const abortSoon = (controller: AbortController): void => void setImmediate(() => controller.abort());

/** Makes a set of deadlines that can be closed together. */
export const makeDeadlines = (): Deadlines => {
  const live = new Set<(error: EngineError) => void>();
  let closed = false;
  const ended = () => new EngineError(null, 'the connection to the engine was closed');

  return {
    async within(ms, work) {
      if (closed) throw ended();
      const controller = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      let cancel: (error: EngineError) => void = () => undefined;
      const expired = new Promise<never>((_, reject) => {
        cancel = (error) => {
          reject(error);
          abortSoon(controller);
        };
        timer = setTimeout(() => cancel(new Overdue(`no answer within ${ms} ms`)), ms);
      });
      live.add(cancel);
      try {
        return await Promise.race([work(controller.signal), expired]);
      } finally {
        clearTimeout(timer);
        live.delete(cancel);
      }
    },
    close() {
      closed = true;
      for (const cancel of live) cancel(ended());
    },
  };
};

/** Makes a real AbortSignal that follows the core's, and a function that stops following it. */
export const follow = (signal: AbortSignalLike): { controller: AbortController; release: () => void } => {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return { controller, release: () => signal.removeEventListener('abort', abort) };
};

/**
 * Yields the chunks of a stream; rejects with EngineError when none arrives for ms. Time in which nothing is read does
 * not count.
 */
export async function* chunksWithin(stream: Readable, ms: number): AsyncGenerator<Buffer> {
  const iterator: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Overdue(`no data for ${ms} ms`)), ms);
      });
      const next = await Promise.race([iterator.next(), silence]).finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not the iterator's return(): it would wait for the chunk that does not arrive.
    stream.destroy();
  }
}

/** Resolves after ms. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
