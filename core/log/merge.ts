/** Merges the logs of replicas into one, by time. */

/** An item that can be merged: its time sorts as text. */
export interface Timed {
  readonly timestamp: string;
}

/** Merges lists by time. Stable: keeps the order within each list, and for equal times the earlier list comes first. */
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
