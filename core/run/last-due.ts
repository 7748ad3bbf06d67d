/** Finds the last of many instants that are due, without walking through them. */

/** Closer than this, instants are walked through, ms. */
const nearMs = 1000;

/** The last instant up to `now`, by a rule that tells the next one after any; `first` is one of them. */
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
