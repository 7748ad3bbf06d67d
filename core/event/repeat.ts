/**
 * When an event is one that was seen before: then its row is counted and no other is made, so that a lasting fault is
 * one row though other things happen in between. How rows are kept is the store's.
 */
import type { EventView } from './event.ts';

/** Among so many of a deployment's newest events, and all that are added with it, a repeat is looked for. */
export const repeatableEvents = 50;

/** What happens again later than that is told anew. */
const repeatsWithinMs = 24 * 60 * 60 * 1000;

/** What tells one event from another, and when it was last seen. */
export type Seen = Pick<EventView, 'level' | 'component' | 'reason' | 'message' | 'last_seen'>;

/** Whether `next` repeats an event that was seen within a day of it. */
export const isRepeat = (seen: Seen, next: Seen): boolean =>
  seen.reason === next.reason &&
  seen.message === next.message &&
  seen.level === next.level &&
  seen.component === next.component &&
  Math.abs(Date.parse(next.last_seen) - Date.parse(seen.last_seen)) <= repeatsWithinMs;
