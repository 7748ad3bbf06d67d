/** Merges the logs of replicas into one, by time. */

/** What can be merged: times that sort as text. */
export interface Timed {
  readonly timestamp: string;
}

/**
 * All items of lists that are each in the order they were written, by time. Stable: no list's own order changes, and
 * of equal times the earlier list comes first.
 */
export const mergeByTime = <T extends Timed>(lists: readonly (readonly T[])[]): readonly T[] => {
  const [only = [], ...others] = lists;
  if (others.length === 0) return only;
  const middle = Math.ceil(lists.length / 2);
  return mergeTwo(mergeByTime(lists.slice(0, middle)), mergeByTime(lists.slice(middle)));
};

const mergeTwo = <T extends Timed>(left: readonly T[], right: readonly T[]): readonly T[] => {
  const merged: T[] = [];
  let at = 0;
  for (const item of left) {
    for (let next = right[at]; next && next.timestamp < item.timestamp; next = right[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(item);
  }
  return [...merged, ...right.slice(at)];
};
