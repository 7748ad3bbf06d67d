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
import { type LogQuery, readNewest } from './read.ts';
import { requireInstances, selectInstances } from './select.ts';
import { type Beginning, type FollowPorts, type LogSource, openSource, positionAfter } from './source.ts';

/** What a follower is told: a line, that older ones are left out, that there still is nothing, or that nothing more comes. */
export type Followed =
  | { readonly kind: 'line'; readonly entry: LogEntry }
  /** There is more to begin with than is held for one reader. */
  | { readonly kind: 'gap' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'end'; readonly reason: Ended };

/** Why nothing more comes: the deployment is gone, or the run that was followed is over. */
type Ended = 'deleted' | 'over';

/** What is followed. */
export interface FollowQuery extends LogQuery {
  readonly deploymentId: string;
  /** Only lines after this time, as a reader who comes back has it; sorts as text. */
  readonly after?: string | undefined;
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
  const beginnings = yield* history(query, ports, { instances, began });
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
  yield* live({ sources, bell, watch }, ports);
}

/** What there is; returns where to go on with each container, so that nothing of it is held any longer than it is told. */
async function* history(
  query: FollowQuery,
  ports: FollowDeploymentPorts,
  { instances, began }: { readonly instances: readonly Instance[]; readonly began: number },
): AsyncGenerator<Followed, readonly { readonly instance: Instance; readonly beginning: Beginning }[]> {
  const { entries, isCut } = await readNewest(instances, { ...query, mostBytes: heldBytes }, ports);
  const found = { entries, oldest: entries.length === query.tail || isCut ? entries[0] : undefined, began };
  const beginnings = instances.map((instance) => ({
    instance,
    beginning: beginningOf(instance, query, found),
  }));
  if (isCut) yield { kind: 'gap' };
  for (const entry of entries) {
    if (query.after === undefined || entry.timestamp > query.after) yield { kind: 'line', entry };
  }
  return beginnings;
}

interface Live {
  readonly sources: ReadonlyMap<string, LogSource>;
  readonly bell: Bell;
  readonly watch: Watch;
}

/** What comes, the earliest of what is there first. */
async function* live(
  { sources, bell, watch }: Live,
  { clock, signal }: FollowDeploymentPorts,
): AsyncGenerator<Followed> {
  let spokeAt = clock.now();
  while (!signal.aborted) {
    const entry = takeEarliest(sources);
    const idle = clock.now() - spokeAt >= idleMs;
    const ended = entry ? watch.noise() : watch.ended();
    if (entry) yield { kind: 'line', entry };
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
}

/** Where to go on with a container of which these entries, the newest of all containers, were read. */
const beginningOf = ({ id }: Instance, query: FollowQuery, { entries, oldest, began }: Found): Beginning => {
  const own = positionAfter(entries.filter(({ container }) => container === id));
  if (own) return { position: own };
  if (query.tail === 0) return { position: null, since: began };
  // Its lines were too old to be among the newest, or there were none.
  if (oldest) return { position: { at: oldest.timestamp, count: 0 } };
  const seen = query.after === undefined ? null : { at: query.after, count: Number.POSITIVE_INFINITY };
  return { position: seen, since: query.since };
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
