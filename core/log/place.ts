/**
 * The progress of a reader over several containers' logs, as one text with which it can return. A time alone is not
 * enough, because one replica may lag behind another.
 */
import type { LogEntry } from './entry.ts';
import { advanced, type Position } from './position.ts';

/** What a returning reader has read. */
export interface Resume {
  /** The time of the last line it received, of any container. */
  readonly at: string;
  /** Its position in each container, by the end of the container's id. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Whether these are all containers that it knew. */
  readonly isWhole: boolean;
}

/** Tracks the progress of a reader. */
export interface Places {
  /** Records this entry as read; returns the place after it as text. */
  after(entry: LogEntry): string;
}

const keyLength = 12;
/**
 * The maximum number of containers in a place: more would make the text, sent with every line, longer than the lines.
 */
const mostKept = 32;
/** More lines than any one instant has. */
const allOf = 999_999_999;

const keyOf = (container: string): string => container.slice(-keyLength);

/** Returns where a returning reader continues with a container; null for the first line of a new container. */
export const resumedAt = ({ at, positions, isWhole }: Resume, container: string): Position | null =>
  positions.get(keyOf(container)) ?? (isWhole ? null : { at, count: allOf });

/** Tracks the places of a reader that starts with these containers at these positions. */
export const makePlaces = (
  beginnings: Iterable<readonly [container: string, position: Position]>,
): Places => {
  const positions = new Map<string, Position>();
  for (const [container, position] of beginnings) positions.set(keyOf(container), position);
  return {
    after({ container, timestamp }) {
      const key = keyOf(container);
      const position = advanced(positions.get(key) ?? null, timestamp);
      // Re-insert at the end, so that the least recently read is dropped first.
      positions.delete(key);
      positions.set(key, position);
      return textOf(timestamp, [...positions].slice(-mostKept));
    },
  };
};

const textOf = (at: string, positions: readonly (readonly [key: string, position: Position])[]): string =>
  [at, ...positions.map(([key, one]) => `${key}~${one.count}${one.at === at ? '' : `~${one.at}`}`)].join(';');

const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z`;
const isTime = new RegExp(`^${time}$`);
const isPosition = new RegExp(`^([^~;]{1,${keyLength}})~(\\d{1,9})(?:~(${time}))?$`);

/** Parses a place; a plain time is also a valid place, for all containers. null for anything else. */
export const parsePlace = (text: string): Resume | null => {
  const [at = '', ...parts] = text.split(';');
  if (!isTime.test(at) || parts.length > mostKept) return null;
  const positions = new Map<string, Position>();
  for (const part of parts) {
    const [, key, count, own = at] = isPosition.exec(part) ?? [];
    if (key === undefined) return null;
    positions.set(key, { at: own, count: Number(count) });
  }
  return { at, positions, isWhole: parts.length > 0 && parts.length < mostKept };
};
