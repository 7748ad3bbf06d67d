/** How far one container's log was read, and which lines come after that. */
import type { LogEntry } from './entry.ts';

/** How far a container was read: the time of its last line, and how many lines bear that very time. */
export interface Position {
  readonly at: string;
  readonly count: number;
}

/** The position after these entries of one container; null without any. */
export const positionAfter = (entries: readonly LogEntry[]): Position | null => {
  const at = entries.at(-1)?.timestamp;
  return at === undefined ? null : { at, count: entries.filter((entry) => entry.timestamp === at).length };
};

/** The position after one more line, of this time. */
export const advanced = (position: Position | null, at: string): Position =>
  position?.at === at ? { at, count: position.count + 1 } : { at, count: 1 };

/**
 * Whether the line of this time, the next one of its container, comes after a position. All lines that follow one that
 * does are after it, whatever their times say: a clock may have been set back.
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
