/** One at a time, for work whose result is as good for whoever asks while it runs. */

/** Runs `work`; callers who come while it runs share its result. To be sure that it began after you asked: in-turns.ts. */
export const shared = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let running: Promise<T> | null = null;
  return () => {
    running ??= work().finally(() => {
      running = null;
    });
    return running;
  };
};

/** The same for work of many keys: each key's runs are shared by themselves. */
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
