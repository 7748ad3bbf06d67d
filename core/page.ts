/** One part of a list that is sorted by a key of each item. What the keys are is for the lists to say. */

/** So many items after a sort key; null: the first ones. */
export interface Page {
  readonly after: string | null;
  readonly limit: number;
}

/** Items, and the sort key after which the next part begins; null: there is none. */
export interface Part<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Cuts a part out of a list that is sorted by its keys, all of it or only what follows. */
export function cut<T>(all: readonly T[], keyOf: (item: T) => string, { after, limit }: Page): Part<T> {
  const rest = after === null ? all : all.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && rest.length > items.length ? keyOf(last) : null };
}
