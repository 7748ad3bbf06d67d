/** The position up to which one container's log was read, and which lines come after it. */
import type { LogEntry } from './entry.ts';

/** A position: the time of the last line read, and the number of lines read with that time. */
export interface Position {
  readonly at: string;
  readonly count: number;
}

/** Returns the position after these entries of one container; null without any. */
export const positionAfter = (entries: readonly LogEntry[]): Position | null => {
  const at = entries.at(-1)?.timestamp;
  return at === undefined ? null : { at, count: entries.filter((entry) => entry.timestamp === at).length };
};

/** Returns the position after one more line of this time. */
export const advanced = (position: Position | null, at: string): Position =>
  position?.at === at ? { at, count: position.count + 1 } : { at, count: 1 };

/**
 * Makes a function that returns whether the next line of a container comes after a position. Once one line does, all
 * following lines do, whatever their times are, because a clock may have been set back.
 */
export const makeIsAfter = (position: Position | null): ((at: string) => boolean) => {
  if (position === null) return () => true;
  let repeats = position.count;
  let isPast = false;
  return (at) => {
    if (isPast) return true;
    if (at < position.at) return false;
    if (at > position.at || repeats === 0) {
      isPast = true;
      return true;
    }
    repeats -= 1;
    isPast = repeats === 0;
    return false;
  };
};
