/**
 * How far a reader of several containers' logs has come, as one text that it can come back with. A time alone would not
 * do: of two replicas, one may be behind the other.
 */
import type { LogEntry } from './entry.ts';
import { advanced, type Position } from './position.ts';

/** What a reader who comes back has read. */
export interface Resume {
  /** The time of the last line it had, of whichever container. */
  readonly at: string;
  /** How far it was with each container, by the end of its id. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Whether these are all of the containers that it knew. */
  readonly isWhole: boolean;
}

/** Follows how far a reader comes. */
export interface Places {
  /** The place after this entry, which is read now, as text. */
  after(entry: LogEntry): string;
}

const keyLength = 12;
/** More containers would make the text, which goes with every line, longer than the lines. */
const mostKept = 32;
/** More lines than any one instant has. */
const allOf = 999_999_999;

const keyOf = (container: string): string => container.slice(-keyLength);

/** Where a reader who comes back goes on with a container; null: at its first line, it is a new one. */
export const resumedAt = ({ at, positions, isWhole }: Resume, container: string): Position | null =>
  positions.get(keyOf(container)) ?? (isWhole ? null : { at, count: allOf });

/** The places of a reader who begins with these containers at these positions. */
export const makePlaces = (
  beginnings: Iterable<readonly [container: string, position: Position]>,
): Places => {
  const positions = new Map<string, Position>();
  for (const [container, position] of beginnings) positions.set(keyOf(container), position);
  return {
    after({ container, timestamp }) {
      const key = keyOf(container);
      const position = advanced(positions.get(key) ?? null, timestamp);
      // Read last, left out last.
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

/** Reads a place; a time by itself is one too, of all containers. null for anything else. */
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
