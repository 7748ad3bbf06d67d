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
  /** ms since 1970, exclusive; undefined is to the end. */
  readonly until?: number | undefined;
}

/** Containers that are read at the same time: a connection to the engine each. */
const atOnce = 8;

/** The newest lines by time. INSTANCE_NOT_FOUND where the query names a container that is not there. */
export const readLogs = async (query: LogQuery, ports: LogSourcePorts): Promise<readonly LogEntry[]> =>
  readInstances(await requireInstances(query, ports.runtime), query, ports);

/** The newest lines of these containers by time; one that is gone meanwhile has none. */
export const readInstances = (
  instances: readonly Instance[],
  query: LogQuery,
  ports: LogSourcePorts,
): Promise<readonly LogEntry[]> =>
  readParts(
    instances.map((instance) => ({ instance })),
    query,
    ports,
  );

/** The same of just these parts. */
export const readParts = async (
  parts: readonly LogPart[],
  query: LogQuery,
  ports: LogSourcePorts,
): Promise<readonly LogEntry[]> => {
  if (query.tail === 0) return [];
  let newest: readonly LogEntry[] = [];
  for (let at = 0; at < parts.length; at += atOnce) {
    const some = parts.slice(at, at + atOnce);
    const lists = await Promise.all(some.map((part) => readOne(part, query, ports)));
    newest = mergeByTime([newest, ...lists]).slice(-query.tail);
  }
  return newest;
};

const readOne = async (
  { instance, until }: LogPart,
  { tail, since }: LogQuery,
  { runtime, signal }: LogSourcePorts,
): Promise<readonly LogEntry[]> => {
  const entries: LogEntry[] = [];
  try {
    for await (const line of runtime.logs(instance.id, { follow: false, tail, since, until, signal })) {
      entries.push(toEntry(line, instance));
    }
  } catch (error) {
    if (!hasNothingToRead(error)) throw error;
  }
  return entries;
};
