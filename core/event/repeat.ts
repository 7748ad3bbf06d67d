/**
 * Decides whether an event repeats an earlier one. The earlier row's count is then raised instead of adding a row, so
 * that a persistent fault is one row even when other events happen in between. The store keeps the rows.
 */
import type { EventView } from './event.ts';

/** How many of a deployment's newest events, besides those of the same batch, are searched for a repeat. */
export const repeatableEvents = 50;

/** An event that happens again after this time is recorded as a new one. */
const repeatsWithinMs = 24 * 60 * 60 * 1000;

/** The fields that distinguish events, and when the event was last seen. */
export type Seen = Pick<EventView, 'level' | 'component' | 'reason' | 'message' | 'last_seen'>;

/** Whether `next` repeats an event that was last seen within a day of it. */
export const isRepeat = (seen: Seen, next: Seen): boolean =>
  seen.reason === next.reason &&
  seen.message === next.message &&
  seen.level === next.level &&
  seen.component === next.component &&
  Math.abs(Date.parse(next.last_seen) - Date.parse(seen.last_seen)) <= repeatsWithinMs;
