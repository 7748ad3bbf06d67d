/** Reads what a deployment's containers wrote until now, as one list by time. */
import type { AbortSignalLike, Instance, Runtime } from '../runtime.ts';
import { type LogEntry, toEntry } from './entry.ts';
import { mergeByTime } from './merge.ts';
import { requireInstances, type Selection } from './select.ts';
import { hasNothingToRead } from './unread.ts';

/** Which lines are wanted. */
export interface LogQuery extends Selection {
  /** The newest so many, over all containers. */
  readonly tail: number;
  /** ms since 1970, inclusive; undefined is from the beginning. */
  readonly since?: number | undefined;
}

/** Reading needs the engine, and a signal that ends it. */
export interface LogSourcePorts {
  readonly runtime: Pick<Runtime, 'observe' | 'logs'>;
  readonly signal: AbortSignalLike;
}

/** What of a container is wanted. */
export interface LogPart {
  readonly instance: Instance;
  /** ms since 1970, inclusive; undefined is as the query says. */
  readonly since?: number | undefined;
  /** ms since 1970, exclusive; undefined is to the end. */
  readonly until?: number | undefined;
}

/** Containers that are read at the same time: a connection to the engine each. */
const atOnce = 8;
/** The same where memory is bounded: each holds twice the bound for a moment. */
const boundedAtOnce = 2;

/** The newest lines by time. INSTANCE_NOT_FOUND where the query names a container that is not there. */
export const readLogs = async (query: LogQuery, ports: LogSourcePorts): Promise<readonly LogEntry[]> =>
  readParts(
    (await requireInstances(query, ports.runtime)).map((instance) => ({ instance })),
    query,
    ports,
  );

/** The newest lines, and whether older ones that were asked for are left out. */
export interface Newest {
  readonly entries: readonly LogEntry[];
  readonly isCut: boolean;
}

/** A query that takes no more than so many bytes. */
type Bounded = LogQuery & { readonly mostBytes: number };

/** The newest lines of these parts by time, up to so many bytes; a container that is gone meanwhile has none. */
export const readNewest = (
  parts: readonly LogPart[],
  query: Bounded,
  ports: LogSourcePorts,
): Promise<Newest> => readAll(parts, query, ports);

/** The newest lines of just these parts. */
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

/** What an entry holds beside its message. */
const entryBytes = 200;

const weightOf = ({ message }: { readonly message: string }): number => message.length + entryBytes;

/** The last of them that are no more than so many bytes together, one at least. */
const bounded = (entries: readonly LogEntry[], mostBytes: number): Newest => {
  let first = entries.length;
  for (let bytes = 0; first > 0; first -= 1) {
    bytes += weightOf(entries[first - 1] ?? { message: '' });
    if (bytes > mostBytes && first < entries.length) break;
  }
  return { entries: first > 0 ? entries.slice(first) : entries, isCut: first > 0 };
};
