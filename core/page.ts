/** Pagination over a list that is sorted by a key of each item. The lists define their own keys. */

/** A page request: at most `limit` items after a sort key; `after: null` is the first page. */
export interface Page {
  readonly after: string | null;
  readonly limit: number;
}

/** A page of items, and the sort key after which the next page begins; null on the last page. */
export interface Part<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Cuts a page out of a list that is sorted by its keys; the list may begin after the requested key. */
export function cut<T>(all: readonly T[], keyOf: (item: T) => string, { after, limit }: Page): Part<T> {
  const rest = after === null ? all : all.filter((item) => keyOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && rest.length > items.length ? keyOf(last) : null };
}
