/**
 * Follows a deployment's logs: existing lines, then new ones, across restarts and replacements, until the deployment is
 * gone. Existing lines are buffered up to a limit; after that at most one line of each container is read ahead.
 */
import type { Cache, Deployments } from '../ports.ts';
import { isOver } from '../run/run.ts';
import type { Runs } from '../run/runs.ts';
import type { Instance } from '../runtime.ts';
import { type Bell, makeBell } from './bell.ts';
import type { LogEntry } from './entry.ts';
import { makePlaces, type Places, type Resume, resumedAt } from './place.ts';
import { makeIsAfter, type Position, positionAfter } from './position.ts';
import { type LogQuery, readNewest } from './read.ts';
import { requireInstances, selectInstances } from './select.ts';
import { type Beginning, type FollowPorts, type LogSource, openSource } from './source.ts';

/** An item for a follower: a line, a gap where older lines are left out, a keep-alive, or the end. */
export type Followed =
  /** `place` allows a reader to return and continue after this line. */
  | { readonly kind: 'line'; readonly entry: LogEntry; readonly place: string }
  /** There are more existing lines than the buffer holds. */
  | { readonly kind: 'gap' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'end'; readonly reason: Ended };

/** Why the stream ends: the deployment is gone, or the followed run is over. */
type Ended = 'deleted' | 'over';

/** What to follow. */
export interface FollowQuery extends LogQuery {
  readonly deploymentId: string;
  /** Only lines that a returning reader has not received. */
  readonly after?: Resume | undefined;
}

/** The ports that following a deployment needs. Readers abort the signal when they stop. */
export interface FollowDeploymentPorts extends FollowPorts {
  readonly deployments: Pick<Deployments, 'find' | 'observation'>;
  readonly runs: Pick<Runs, 'find'>;
  readonly cache: Cache;
}

const lookMs = 500;
// The limit of existing lines per reader: thousands of lines, and affordable for a hundred readers.
const heldBytes = 2 * 1024 * 1024;
const idleMs = 15_000;
// The last lines of a run may arrive shortly after it is over.
const quietLooks = 3;

/**
 * Yields until the signal aborts or the deployment ends. Rejects when the first read fails: INSTANCE_NOT_FOUND as in
 * readLogs, or an engine that does not answer. Later failures of the engine are waited out.
 */
export async function followLogs(
  query: FollowQuery,
  ports: FollowDeploymentPorts,
): Promise<AsyncGenerator<Followed>> {
  const began = ports.clock.now();
  return follow(query, ports, { instances: await requireInstances(query, ports.runtime), began });
}

async function* follow(
  query: FollowQuery,
  ports: FollowDeploymentPorts,
  { instances, began }: { readonly instances: readonly Instance[]; readonly began: number },
): AsyncGenerator<Followed> {
  const { beginnings, places } = yield* history(query, ports, { instances, began });
  const bell = makeBell();
  const sources = new Map<string, LogSource>();
  const attach = (instance: Instance, beginning: Beginning) =>
    sources.set(instance.id, openSource(instance, beginning, { ...ports, bell }));
  for (const { instance, beginning } of beginnings) attach(instance, beginning);
  const watch = openWatch(query, ports, {
    known: new Set(sources.keys()),
    attach: (instance) => attach(instance, { position: null }),
    ring: bell.ring,
  });
  ports.signal.addEventListener('abort', bell.ring, { once: true });
  yield* live({ sources, bell, watch, places }, ports);
}

/** Where to continue after the existing lines. */
interface Onward {
  readonly beginnings: readonly { readonly instance: Instance; readonly beginning: Beginning }[];
  readonly places: Places;
}

/**
 * Yields the existing lines; returns where to continue with each container, so that no line is held after it was sent.
 */
async function* history(
  query: FollowQuery,
  ports: FollowDeploymentPorts,
  { instances, began }: { readonly instances: readonly Instance[]; readonly began: number },
): AsyncGenerator<Followed, Onward> {
  const starts = new Map(instances.map(({ id }) => [id, query.after ? resumedAt(query.after, id) : null]));
  const parts = instances.map((instance) => ({ instance, since: sinceOf(query, starts.get(instance.id)) }));
  const { entries, isCut } = await readNewest(parts, { ...query, mostBytes: heldBytes }, ports);
  const oldest = entries.length === query.tail || isCut ? entries[0] : undefined;
  const beginnings = instances.map((instance) => {
    const found = { entries, oldest, began, start: starts.get(instance.id) ?? null };
    return { instance, beginning: beginningOf(instance, query, found) };
  });
  const places = makePlaces(
    instances.flatMap(({ id }) => {
      const start = starts.get(id) ?? startOf(query, { oldest, began });
      return start ? [[id, start] as const] : [];
    }),
  );
  if (isCut) yield { kind: 'gap' };
  const isAfter = new Map([...starts].map(([id, start]) => [id, makeIsAfter(start)]));
  for (const entry of entries) {
    if (!isAfter.get(entry.container)?.(entry.timestamp)) continue;
    yield { kind: 'line', entry, place: places.after(entry) };
  }
  return { beginnings, places };
}

/** The instant from which a container is read, in ms since 1970. */
const sinceOf = ({ after, since }: FollowQuery, start: Position | null | undefined): number | undefined =>
  start ? Date.parse(start.at) : after ? undefined : since;

/** The position of a reader in a container of which it has read nothing yet; null before its first line. */
const startOf = (
  { tail, since }: FollowQuery,
  { oldest, began }: Pick<Found, 'oldest' | 'began'>,
): Position | null => {
  if (oldest) return { at: oldest.timestamp, count: 0 };
  const from = tail === 0 ? began : since;
  return from === undefined ? null : { at: new Date(from).toISOString().replace('Z', '000000Z'), count: 0 };
};

interface Live {
  readonly sources: ReadonlyMap<string, LogSource>;
  readonly bell: Bell;
  readonly watch: Watch;
  readonly places: Places;
}

/** Yields new lines, the earliest available one first. */
async function* live(
  { sources, bell, watch, places }: Live,
  { clock, signal }: FollowDeploymentPorts,
): AsyncGenerator<Followed> {
  let spokeAt = clock.now();
  while (!signal.aborted) {
    const entry = takeEarliest(sources);
    const idle = clock.now() - spokeAt >= idleMs;
    const ended = entry ? watch.noise() : watch.ended();
    if (entry) yield { kind: 'line', entry, place: places.after(entry) };
    else if (ended) return yield { kind: 'end', reason: ended };
    else if (idle) yield { kind: 'idle' };
    else await bell.wait();
    if (entry || idle) spokeAt = clock.now();
  }
}

/** The existing lines that were read. */
interface Found {
  readonly entries: readonly LogEntry[];
  /** The first of them, when older ones were left out. */
  readonly oldest: LogEntry | undefined;
  readonly began: number;
  /** The position of a returning reader in the container; null before its first line. */
  readonly start: Position | null;
}

/** Returns where to continue with a container after these entries, the newest of all containers. */
const beginningOf = ({ id }: Instance, query: FollowQuery, found: Found): Beginning => {
  const { entries, oldest, began, start } = found;
  const own = positionAfter(entries.filter(({ container }) => container === id));
  if (own) return { position: own };
  if (query.tail === 0) return { position: null, since: began };
  // The container has no lines, or its lines are too old to be among the newest.
  if (oldest) return { position: { at: oldest.timestamp, count: 0 } };
  return { position: start, since: sinceOf(query, start) };
};

const takeEarliest = (sources: ReadonlyMap<string, LogSource>): LogEntry | null => {
  const ready = [...sources.values()].flatMap((source) => {
    const entry = source.peek();
    return entry ? [{ source, entry }] : [];
  });
  const [first, ...others] = ready;
  if (!first) return null;
  const earliest = others.reduce(
    (best, one) => (one.entry.timestamp < best.entry.timestamp ? one : best),
    first,
  );
  earliest.source.take();
  return earliest.entry;
};

interface Attaching {
  /** Ids of the known containers. */
  readonly known: Set<string>;
  readonly attach: (instance: Instance) => void;
  readonly ring: () => void;
}

/** Detects the end of a stream. */
interface Watch {
  /** Notes a line: a finished source may have more. */
  noise(): null;
  /** Returns why the stream ends; null while it continues. */
  ended(): Ended | null;
}

/** Looks periodically for new containers, and whether the followed deployment or run still exists. */
const openWatch = (query: FollowQuery, ports: FollowDeploymentPorts, attaching: Attaching): Watch => {
  let gone = false;
  let quiet = 0;
  const watch = async (): Promise<void> => {
    while (!ports.signal.aborted && !gone) {
      await ports.clock.sleep(lookMs, ports.signal);
      // A failed look is repeated: a follower outlives outages of the database and the engine.
      const ids = await look(query, ports).catch(() => []);
      gone = ids === null;
      if (ids?.some((id) => !attaching.known.has(id)))
        await attachNew(query, ids, { ports, attaching }).catch(() => []);
      if (await isRunOver(query, ports).catch(() => false)) quiet += 1;
      attaching.ring();
    }
  };
  void watch();
  return {
    noise() {
      quiet = 0;
      return null;
    },
    ended: () => (gone ? 'deleted' : quiet >= quietLooks ? 'over' : null),
  };
};

/** Whether the followed run is over, or not kept any more. */
const isRunOver = async (
  { uid, run }: FollowQuery,
  { cache, runs }: FollowDeploymentPorts,
): Promise<boolean> =>
  run !== undefined &&
  cache.value(`run-over/${uid}/${run}`, async () => {
    const found = await runs.find(uid, run);
    return found === null || isOver(found);
  });

/** Returns the ids of the deployment's containers as last recorded; null when it is gone. */
const look = ({ deploymentId, uid }: FollowQuery, { cache, deployments }: FollowDeploymentPorts) =>
  cache.value(`containers/${uid}`, async (): Promise<readonly string[] | null> => {
    const record = await deployments.find(deploymentId);
    if (record?.uid !== uid) return null;
    return (await deployments.observation(uid))?.view.instances ?? [];
  });

const attachNew = async (
  query: FollowQuery,
  ids: readonly string[],
  { ports, attaching }: { readonly ports: FollowDeploymentPorts; readonly attaching: Attaching },
): Promise<readonly Instance[]> => {
  const selected = await selectInstances(query, ports.runtime);
  const added = selected.filter(({ id }) => !attaching.known.has(id));
  for (const id of [...ids, ...added.map((instance) => instance.id)]) attaching.known.add(id);
  for (const instance of added) attaching.attach(instance);
  return added;
};
