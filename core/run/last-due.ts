/**
 * Finds the last of many due instants without visiting each of them. What follows from it is decided in schedule.ts.
 */

/** Within this distance, instants are visited one by one, ms. */
const nearMs = 1000;

/**
 * The last due instant up to `now`, ms since 1970. `next` returns the first instant after a given one; `first` is
 * itself a due instant.
 */
export function lastDue(
  next: (after: number) => number | null,
  { first, now }: { readonly first: number; readonly now: number },
): number {
  const isDueAfter = (instant: number): boolean => {
    const found = next(instant);
    return found !== null && found <= now;
  };
  if (!isDueAfter(first)) return first;
  let [before, after] = [first, now];
  while (after - before > nearMs) {
    const middle = Math.floor((before + after) / 2);
    if (isDueAfter(middle)) before = middle;
    else after = middle;
  }
  let last = first;
  for (let found = next(before); found !== null && found <= now; found = next(found)) last = found;
  return last;
}
