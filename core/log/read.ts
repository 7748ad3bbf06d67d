/** Reads the existing log lines of a deployment's containers as one list by time. */
import type { AbortSignalLike, Instance, Runtime } from '../runtime.ts';
import { type LogEntry, toEntry } from './entry.ts';
import { mergeByTime } from './merge.ts';
import { requireInstances, type Selection } from './select.ts';
import { hasNothingToRead } from './unread.ts';

/** The lines to read. */
export interface LogQuery extends Selection {
  /** At most this many of the newest lines, over all containers. */
  readonly tail: number;
  /** In ms since 1970, inclusive; undefined for the beginning. */
  readonly since?: number | undefined;
}

/** The ports that reading needs, and a signal that ends it. */
export interface LogSourcePorts {
  readonly runtime: Pick<Runtime, 'observe' | 'logs'>;
  readonly signal: AbortSignalLike;
}

/** The part of a container's log to read. */
export interface LogPart {
  readonly instance: Instance;
  /** In ms since 1970, inclusive; undefined for the query's. */
  readonly since?: number | undefined;
  /** In ms since 1970, exclusive; undefined for the end. */
  readonly until?: number | undefined;
}

/** The number of containers read concurrently: each needs a connection to the engine. */
const atOnce = 8;
/** The same with bounded memory: each briefly holds twice the bound. */
const boundedAtOnce = 2;

/** Returns the newest lines by time. INSTANCE_NOT_FOUND when the query names a container that does not exist. */
export const readLogs = async (query: LogQuery, ports: LogSourcePorts): Promise<readonly LogEntry[]> =>
  readParts(
    (await requireInstances(query, ports.runtime)).map((instance) => ({ instance })),
    query,
    ports,
  );

/** The newest lines, and whether older requested ones are left out. */
export interface Newest {
  readonly entries: readonly LogEntry[];
  readonly isCut: boolean;
}

/** A query with a maximum size in bytes. */
type Bounded = LogQuery & { readonly mostBytes: number };

/**
 * Returns the newest lines of these parts by time, up to a number of bytes; a container that disappears meanwhile has
 * none.
 */
export const readNewest = (
  parts: readonly LogPart[],
  query: Bounded,
  ports: LogSourcePorts,
): Promise<Newest> => readAll(parts, query, ports);

/** Returns the newest lines of exactly these parts. */
export const readParts = async (
  parts: readonly LogPart[],
  query: LogQuery,
  ports: LogSourcePorts,
): Promise<readonly LogEntry[]> =>
  (await readAll(parts, { ...query, mostBytes: Number.POSITIVE_INFINITY }, ports)).entries;

const readAll = async (parts: readonly LogPart[], query: Bounded, ports: LogSourcePorts): Promise<Newest> => {
  let newest: Newest = { entries: [], isCut: false };
  if (query.tail === 0) return newest;
  const step = query.mostBytes === Number.POSITIVE_INFINITY ? atOnce : boundedAtOnce;
  for (let at = 0; at < parts.length; at += step) {
    const some = parts.slice(at, at + step);
    const lists = await Promise.all(some.map((part) => readOne(part, query, ports)));
    const merged = mergeByTime([newest.entries, ...lists.map(({ entries }) => entries)]).slice(-query.tail);
    const cut = bounded(merged, query.mostBytes);
    newest = { entries: cut.entries, isCut: [newest, cut, ...lists].some(({ isCut }) => isCut) };
  }
  return newest;
};

const readOne = async (
  { instance, since, until }: LogPart,
  { tail, mostBytes, ...query }: Bounded,
  { runtime, signal }: LogSourcePorts,
): Promise<Newest> => {
  let newest: Newest = { entries: [], isCut: false };
  let entries: LogEntry[] = [];
  let bytes = 0;
  try {
    for await (const line of runtime.logs(instance.id, {
      follow: false,
      tail,
      since: since ?? query.since,
      until,
      signal,
    })) {
      entries.push(toEntry(line, instance));
      bytes += weightOf(line);
      if (bytes <= 2 * mostBytes) continue;
      newest = bounded(entries, mostBytes);
      entries = [...newest.entries];
      bytes = entries.reduce((sum, entry) => sum + weightOf(entry), 0);
    }
  } catch (error) {
    if (!hasNothingToRead(error)) throw error;
  }
  return { entries, isCut: newest.isCut };
};

/** The estimated size of an entry besides its message, in bytes. */
const entryBytes = 200;

const weightOf = ({ message }: { readonly message: string }): number => message.length + entryBytes;

/** Returns the last entries that fit into `most` bytes together, at least one. */
const bounded = (entries: readonly LogEntry[], mostBytes: number): Newest => {
  let first = entries.length;
  for (let bytes = 0; first > 0; first -= 1) {
    bytes += weightOf(entries[first - 1] ?? { message: '' });
    if (bytes > mostBytes && first < entries.length) break;
  }
  return { entries: first > 0 ? entries.slice(first) : entries, isCut: first > 0 };
};
