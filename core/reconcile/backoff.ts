/**
 * Decides how long Ring waits before it tries the same thing again. Whether it is tried at all is decided in
 * plan/plan.ts.
 */

const firstWaitMs = 1_000;
const longestWaitMs = 300_000;

/**
 * The wait after a number of consecutive tries, ms: none after the first, then one second, doubling up to five minutes.
 * Each wait is extended by up to a fifth, so that what failed together is not retried together; the extension is always
 * the same for the same key.
 */
export function waitAfter(tries: number, key: string): number {
  if (tries < 2) return 0;
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries - 2, 20));
  return Math.round(wait * (1 + jitter(`${key}#${tries}`) / 5));
}

/** The wait after a try that was refused, ms: never zero, and never shorter than the other side asked for. */
export function waitAfterFailure(tries: number, key: string, askedSeconds = 0): number {
  return Math.max(firstWaitMs, waitAfter(tries, key), askedSeconds * 1000);
}

/** A number from 0 to 1 that depends only on the text (FNV-1a). */
function jitter(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0) / 0xffffffff;
}
