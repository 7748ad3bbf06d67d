/** One at a time: lets the timer and whoever asks for a tick share the reconciler without meeting in it. */

/**
 * Runs `work` one call after another. Callers that wait while it runs share the one run that follows, which began
 * after they asked and so has seen what they wrote.
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
