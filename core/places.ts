/**
 * Limits concurrency: a maximum per group and a maximum in total. Groups take turns, so that the work of a slow group
 * delays its own queue and not that of the others.
 */

/** The concurrency limits. */
export interface PlaceLimits {
  readonly each: number;
  readonly all: number;
}

/** Runs work of a group as soon as both limits allow. */
export type Places = (group: string, work: () => Promise<void>) => Promise<void>;

interface Group {
  running: number;
  readonly waiting: (() => void)[];
}

/** Makes a limiter with no work running. */
export function makePlaces({ each, all }: PlaceLimits): Places {
  /** Groups with queued or running work; a group that starts work moves to the end. */
  const groups = new Map<string, Group>();
  let running = 0;

  const next = (): boolean => {
    if (running >= all) return false;
    for (const [name, group] of groups) {
      const begin = group.running < each ? group.waiting.shift() : undefined;
      if (!begin) continue;
      groups.delete(name);
      groups.set(name, group);
      group.running += 1;
      running += 1;
      begin();
      return true;
    }
    return false;
  };

  const release = (name: string, group: Group) => {
    group.running -= 1;
    running -= 1;
    if (group.running === 0 && group.waiting.length === 0) groups.delete(name);
    while (next());
  };

  return async (name, work) => {
    const group = groups.get(name) ?? { running: 0, waiting: [] };
    groups.set(name, group);
    const turn = new Promise<void>((resolve) => group.waiting.push(resolve));
    while (next());
    await turn;
    try {
      await work();
    } finally {
      release(name, group);
    }
  };
}
