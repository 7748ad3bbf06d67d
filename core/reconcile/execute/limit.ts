/**
 * Limits how many calls to the engine run at once. Which calls are limited together is decided in work-in-flight.ts.
 */

/** Runs work when one of `most` places is free, first come, first served. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes a limit of `most` concurrent calls. */
export function makeLimit(most: number): Limit {
  const waiting: (() => void)[] = [];
  let free = most;
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      release();
    }
  };
}
