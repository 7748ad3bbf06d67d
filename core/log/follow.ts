/**
 * Follows a deployment's logs: what there is, then what comes, over restarts and replacements, until the deployment is
 * gone. What there is is held up to a bound; nothing is read ahead of whoever listens after that but one line a container.
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

/** What a follower is told: a line, that older ones are left out, that there still is nothing, or that nothing more comes. */
export type Followed =
  /** `place` is for a reader who wants to come back and go on after this line. */
  | { readonly kind: 'line'; readonly entry: LogEntry; readonly place: string }
  /** There is more to begin with than is held for one reader. */
  | { readonly kind: 'gap' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'end'; readonly reason: Ended };

/** Why nothing more comes: the deployment is gone, or the run that was followed is over. */
type Ended = 'deleted' | 'over';

/** What is followed. */
export interface FollowQuery extends LogQuery {
  readonly deploymentId: string;
  /** Only what a reader who comes back has not read. */
  readonly after?: Resume | undefined;
}

/** What following a deployment needs. Whoever stops reading aborts the signal. */
export interface FollowDeploymentPorts extends FollowPorts {
  readonly deployments: Pick<Deployments, 'find' | 'observation'>;
  readonly runs: Pick<Runs, 'find'>;
  readonly cache: Cache;
}

const lookMs = 500;
// Of what there is to begin with, for one reader: thousands of lines, and no burden for a hundred readers.
const heldBytes = 2 * 1024 * 1024;
const idleMs = 15_000;
// What a run wrote last may still be on its way when it is over.
const quietLooks = 3;

/**
 * Follows until the signal or the deployment's end. Rejects where there is nothing to begin with: INSTANCE_NOT_FOUND as
 * in readLogs, or an engine that does not answer; later on it waits for the engine to come back.
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

/** Where to go on after what there was. */
interface Onward {
  readonly beginnings: readonly { readonly instance: Instance; readonly beginning: Beginning }[];
  readonly places: Places;
}

/** What there is; returns where to go on with each container, so that nothing of it is held any longer than it is told. */
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

/** From when on a container is read, in ms since 1970. */
const sinceOf = ({ after, since }: FollowQuery, start: Position | null | undefined): number | undefined =>
  start ? Date.parse(start.at) : after ? undefined : since;

/** Where a reader stands with a container of which it has read nothing yet; null: before its first line. */
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

/** What comes, the earliest of what is there first. */
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

/** What was read to begin with. */
interface Found {
  readonly entries: readonly LogEntry[];
  /** The first of them, where there are older ones that were left out. */
  readonly oldest: LogEntry | undefined;
  readonly began: number;
  /** Where a reader who comes back was with the container; null: before its first line. */
  readonly start: Position | null;
}

/** Where to go on with a container of which these entries, the newest of all containers, were read. */
const beginningOf = ({ id }: Instance, query: FollowQuery, found: Found): Beginning => {
  const { entries, oldest, began, start } = found;
  const own = positionAfter(entries.filter(({ container }) => container === id));
  if (own) return { position: own };
  if (query.tail === 0) return { position: null, since: began };
  // Its lines were too old to be among the newest, or there were none.
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
  /** Ids of containers that were looked at. */
  readonly known: Set<string>;
  readonly attach: (instance: Instance) => void;
  readonly ring: () => void;
}

/** Says when nothing more comes. */
interface Watch {
  /** There was a line: what is over may have more. */
  noise(): null;
  /** Why nothing more comes; null: something may. */
  ended(): Ended | null;
}

/** Looks from time to time which containers there are by now, and whether what is followed still goes on. */
const openWatch = (query: FollowQuery, ports: FollowDeploymentPorts, attaching: Attaching): Watch => {
  let gone = false;
  let quiet = 0;
  const watch = async (): Promise<void> => {
    while (!ports.signal.aborted && !gone) {
      await ports.clock.sleep(lookMs, ports.signal);
      // What cannot be looked at now is looked at again: a follower outlives a database or an engine that is away.
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

/** Whether the run that is followed is over, or forgotten. */
const isRunOver = async (
  { uid, run }: FollowQuery,
  { cache, runs }: FollowDeploymentPorts,
): Promise<boolean> =>
  run !== undefined &&
  cache.value(`run-over/${uid}/${run}`, async () => {
    const found = await runs.find(uid, run);
    return found === null || isOver(found);
  });

/** The ids of the deployment's containers as last recorded; null when it is gone. */
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
