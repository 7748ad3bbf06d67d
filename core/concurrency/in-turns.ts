/**
 * Runs work one call at a time and guarantees each caller a run that begins after its request. Where an older run's
 * result is good enough, use shared.ts.
 */

/**
 * Wraps `work` so that its calls never overlap. Callers that arrive during a run share the one run that follows it:
 * that run begins after their request and so sees what they wrote. The rejection of a run reaches only the callers of
 * that run.
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
