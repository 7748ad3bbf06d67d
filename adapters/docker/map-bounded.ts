/** Limits how many items of a list are processed at once. The work itself is the caller's. */

/**
 * Works like Promise.all over `map`, with at most `limit` at once; plain results cost nothing. Starts nothing after an
 * error.
 */
export const mapBounded = async <From, To>(
  items: readonly From[],
  limit: number,
  map: (item: From) => To | Promise<To>,
): Promise<To[]> => {
  const results: To[] = new Array(items.length);
  const rest = items.entries();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (failed) return;
      const result = map(item);
      results[index] = result instanceof Promise ? await result : result;
    }
  };
  const guarded = () =>
    lane().catch((error: unknown) => {
      failed = true;
      throw error;
    });
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, guarded));
  return results;
};
