/**
 * Decides when a check is due; each check keeps its own schedule, which slow answers do not shift. Pure; what answers
 * mean is decided in verdict.ts.
 */
import type { HealthCheck } from './check.ts';
import type { CheckState } from './verdict.ts';

/** The first checks of instances that start together are spread over this time, ms. */
const firstWithinMs = 1_000;
/** During the start period, checks run at least this often, so that an instance is soon found ready, ms. */
const startingMs = 1_000;

/** A number from 0 to 1 that depends only on the text (FNV-1a). */
export function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  // The last characters of a text reach only the lower bits; this further mixing spreads them over all bits.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return ((hash ^ (hash >>> 12)) >>> 0) / 2 ** 32;
}

/** When a check is first due, ms since 1970. `key` identifies the instance and the check. */
export const firstDueAt = (key: string, now: number): number =>
  now + Math.floor(shareOf(key) * firstWithinMs);

/** The time from one execution of a check to the next, ms. */
export const paceOf = ({ intervalMs }: HealthCheck, { graceUntil }: CheckState, now: number): number =>
  graceUntil !== null && now < graceUntil ? Math.min(startingMs, intervalMs) : intervalMs;

/**
 * Whether a schedule no longer matches the time: the clock was set back or jumped, or no checks ran for a while. Then
 * the schedule starts over, and missed checks are not made up for.
 */
export const isAstray = (dueAt: number, { intervalMs }: HealthCheck, now: number): boolean =>
  dueAt - now > intervalMs || now - dueAt >= intervalMs;

/**
 * Whether a single run, as under cron, is to execute the check now. A check counts as overdue after 90% of its
 * interval, so that a slightly late previous run does not postpone it.
 */
export const isOverdue = ({ intervalMs }: HealthCheck, lastAt: number | null, now: number): boolean =>
  lastAt === null || now - lastAt >= intervalMs * 0.9 || now < lastAt;
