/** Finds the closest match for a mistyped name. Callers decide whether to reject the name. */

/** Returns the allowed name with the smallest edit distance to `name`, or null when none is close enough. */
export const nearest = (name: string, allowed: readonly string[]): string | null => {
  let best: { readonly name: string; readonly edits: number } | null = null;
  for (const candidate of allowed) {
    const count = edits(name.toLowerCase(), candidate.toLowerCase());
    const most = Math.max(candidate.length < 4 ? 1 : 2, Math.floor(candidate.length / 3));
    if (count <= most && (best === null || count < best.edits)) best = { name: candidate, edits: count };
  }
  return best?.name ?? null;
};

/**
 * The edit distance between two texts (insertions, deletions and replacements); only the first 64 characters of each
 * count.
 */
function edits(from: string, to: string): number {
  const a = from.slice(0, 64);
  const b = to.slice(0, 64);
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
