/**
 * Runs work one call at a time and gives callers that arrive meanwhile the result of the running call. Where the run
 * must begin after the request, use in-turns.ts.
 */

/**
 * Wraps `work` so that callers that arrive during a run share its result; that run may have begun before their request.
 */
export const shared = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let running: Promise<T> | null = null;
  return () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
};

/** Wraps `work` like {@link shared}, separately for each key: only callers with the same key share a run. */
export const sharedByKey = <T>(work: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const running = new Map<string, Promise<T>>();
  return (key) => {
    const under = running.get(key);
    if (under) return under;
    const begun = work(key).finally(() => running.delete(key));
    running.set(key, begun);
    return begun;
  };
};
