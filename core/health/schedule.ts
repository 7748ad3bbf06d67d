/** When a check is due. Each keeps its own schedule, which slow answers do not move. Pure. */
import type { HealthCheck } from './check.ts';
import type { CheckState } from './verdict.ts';

/** Instances that began together are first asked within so long, each at a time of its own. */
const firstWithinMs = 1_000;
/** While failures do not count yet, a process that comes up is found ready so soon. */
const startingMs = 1_000;

/** A number from 0 to 1 that follows from a text alone (FNV-1a). */
export function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  // The last characters of a text reach only the lower bits: mixed once more, they reach all.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}

/** When a check is first due, ms since 1970. `key` names the instance and the check. */
export const firstDueAt = (key: string, now: number): number =>
  now + Math.floor(shareOf(key) * firstWithinMs);

/** How long from one time to the next, ms. */
export const paceOf = ({ intervalMs }: HealthCheck, { graceUntil }: CheckState, now: number): number =>
  graceUntil !== null && now < graceUntil ? Math.min(startingMs, intervalMs) : intervalMs;

/**
 * Whether a schedule has lost touch with the time: the clock was put back, or leapt, or nobody was asked for a while.
 * Then it begins anew, and what was missed is not made up for.
 */
export const isAstray = (dueAt: number, { intervalMs }: HealthCheck, now: number): boolean =>
  dueAt - now > intervalMs || now - dueAt >= intervalMs;

/** Whether a run of its own, such as cron's, is to ask now: not for a moment's lateness of the run before it. */
export const isOverdue = ({ intervalMs }: HealthCheck, lastAt: number | null, now: number): boolean =>
  lastAt === null || now - lastAt >= intervalMs * 0.9 || now < lastAt;
