/** One at a time, for work that has to begin after whoever asks for it has asked. */

/**
 * Runs `work` one call after another. Callers who come while it runs share the one run that follows: it begins after
 * they asked, and so sees what they wrote. A run that fails is heard of by its own callers only.
 */
export const inTurns = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let running: Promise<unknown> | null = null;
  let next: Promise<T> | null = null;
  const begin = () => {
    const run = work();
    const settled = run.then(
      () => undefined,
      () => undefined,
    );
    running = settled;
    void settled.then(() => {
      if (running === settled) running = null;
    });
    return run;
  };
  return () => {
    if (!running) return begin();
    next ??= running.then(() => {
      next = null;
      return begin();
    });
    return next;
  };
};
