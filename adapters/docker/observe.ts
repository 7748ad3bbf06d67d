/**
 * Observes all instances with as few engine calls as possible: one list, and an inspect of the containers that changed
 * in it, were named by an event, or seem to have restarted or rejoined their network. After each (re)connect all
 * containers are inspected once.
 */
import type { ContainerInfo } from 'dockerode';
import { inTurns } from '../../core/concurrency/in-turns.ts';
import type { Identity, Instance } from '../../core/runtime.ts';
import type { AddressBook } from './addresses.ts';
import { type Age, ageOf } from './age.ts';
import type { Engine } from './connect.ts';
import { isNotFound } from './engine-error.ts';
import { identityOf, ownFilter } from './labels.ts';
import { mapBounded } from './map-bounded.ts';
import { addressesOf, fromList, joiningOf, toInstance } from './mapping.ts';

/** What the observer needs. */
export interface ObserverParts {
  readonly engine: Engine;
  readonly installationId: string;
  readonly addresses: AddressBook;
  /** Returns monotonic time in ms, unaffected by changes of the wall clock. */
  readonly monotonicMs: () => number;
}

/** Observes the engine; its callers report which containers to inspect again. */
export interface Observer {
  /** Runs one observation at a time; callers during one share the next. */
  observe(): Promise<readonly Instance[]>;
  /** Makes the next observation inspect this container again, by id or name. */
  touch(idOrName: string): void;
  /**
   * Runs the work; no observation inspects this container, by id or name, until it has ended, and the first one after
   * it does.
   */
  sparing<T>(idOrName: string, work: Promise<T>): Promise<T>;
  /** Records the exit code of a run that ended, from an event. */
  noteExit(id: string, exitCode: number): void;
  /** Makes the next observation inspect everything, because events may have been missed. */
  forget(): void;
  /** Returns the last observation of a container. */
  last(id: string): Instance | undefined;
  /** Returns the last observations of the containers that belong to a network. */
  within(networkId: string): readonly Instance[];
}

/** What is remembered of a container between observations. */
interface Seen {
  readonly instance: Instance;
  readonly age: Age | null;
  /** Latest monotonic time (ms) at which the present run, or its end, can have begun. */
  readonly begunBefore: number;
  readonly joining: ReturnType<typeof joiningOf>;
}

interface Entry {
  readonly listed: ContainerInfo;
  readonly identity: Identity;
  readonly age: Age | null;
}

const inspectsAtOnce = 16;

/** Makes an observer that has seen nothing yet. */
export const makeObserver = ({ engine, installationId, addresses, monotonicMs }: ObserverParts): Observer => {
  let seen = new Map<string, Seen>();
  let epoch = -1;
  const touched = new Set<string>();
  const spared = new Set<string>();
  const exits = new Map<string, number>();

  const list = (): Promise<ContainerInfo[]> =>
    engine.call((docker, abortSignal) =>
      docker.listContainers({ all: true, filters: ownFilter(installationId), abortSignal }),
    );

  const lastExitCode = (id: string, finishedAt: number | null): number | null => {
    const before = seen.get(id)?.instance;
    return exits.get(id) ?? (before && before.finishedAt === finishedAt ? before.exitCode : null);
  };

  const inspect = async ({ listed, identity }: Entry): Promise<Instance | null> => {
    try {
      const inspected = await engine.call((docker, abortSignal) =>
        docker.getContainer(listed.Id).inspect({ abortSignal }),
      );
      const finishedAt = toInstance(listed, inspected, { identity, lastExitCode: null }).finishedAt;
      return toInstance(listed, inspected, { identity, lastExitCode: lastExitCode(listed.Id, finishedAt) });
    } catch (error) {
      // The container was removed since it was listed. Any other error leaves its state unknown, so the whole
      // observation fails.
      if (isNotFound(error)) return null;
      throw error;
    }
  };

  const begunAgain = (before: Seen, age: Age | null, askedAt: number): boolean =>
    age !== null && before.age?.kind === age.kind && askedAt - age.mostMs > before.begunBefore;

  const mustInspect = ({ listed, identity, age }: Entry, before: Seen | undefined, askedAt: number) =>
    before === undefined ||
    before.instance.state !== listed.State ||
    listed.State === 'restarting' ||
    // The list does not contain the aliases under which the container joined.
    before.joining.endpointId !== joiningOf(listed, identity.namespace).endpointId ||
    begunAgain(before, age, askedAt);

  const remember = (entry: Entry, instance: Instance, answeredAt: number): Seen => {
    const before = seen.get(entry.listed.Id);
    const begunBefore = answeredAt - (entry.age?.leastMs ?? 0);
    const same = before?.instance === instance && before.age?.kind === entry.age?.kind;
    return {
      instance,
      age: entry.age,
      joining: joiningOf(entry.listed, entry.identity.namespace),
      begunBefore: before && same ? Math.min(before.begunBefore, begunBefore) : begunBefore,
    };
  };

  const look = async (named: ReadonlySet<string>): Promise<Map<string, Seen>> => {
    const mark = addresses.mark();
    const askedAt = monotonicMs();
    const containers = await list();
    const answeredAt = monotonicMs();
    // A new connection may be to a different engine: what was known of the old one is dropped.
    if (engine.epoch() !== epoch) seen = new Map();
    epoch = engine.epoch();
    const entries = containers.flatMap((listed): Entry[] => {
      const identity = identityOf(installationId, listed.Labels);
      return identity ? [{ listed, identity, age: ageOf(listed.Status) }] : [];
    });
    addresses.learn(
      mark,
      entries.map(({ listed, identity }) => ({
        namespace: identity.namespace,
        addresses: addressesOf(listed),
      })),
    );
    const found = await mapBounded(entries, inspectsAtOnce, (entry) => {
      const before = seen.get(entry.listed.Id);
      if (isNamed(entry.listed, spared)) return unlooked(before?.instance, entry);
      const again = isNamed(entry.listed, named) || mustInspect(entry, before, askedAt);
      return again || !before ? inspect(entry) : refreshed(before.instance, entry);
    });
    const next = new Map<string, Seen>();
    entries.forEach((entry, index) => {
      const instance = found[index];
      if (instance) next.set(entry.listed.Id, remember(entry, instance, answeredAt));
    });
    return next;
  };

  // Never two at once: the one that ends last would overwrite the newer results of the other.
  const observe = inTurns(async (): Promise<readonly Instance[]> => {
    const named = new Set(touched);
    touched.clear();
    try {
      seen = await look(named);
    } catch (error) {
      for (const id of named) touched.add(id);
      throw error;
    }
    for (const id of exits.keys()) if (!seen.has(id)) exits.delete(id);
    return [...seen.values()].map(({ instance }) => instance);
  });

  return {
    observe,
    touch: (idOrName) => void touched.add(idOrName),
    async sparing(idOrName, work) {
      spared.add(idOrName);
      try {
        return await work;
      } finally {
        spared.delete(idOrName);
        touched.add(idOrName);
      }
    },
    noteExit: (id, exitCode) => void exits.set(id, exitCode),
    forget() {
      for (const id of seen.keys()) touched.add(id);
      exits.clear();
    },
    last: (id) => seen.get(id)?.instance,
    within: (networkId) =>
      [...seen.values()]
        .filter(({ joining }) => joining.networkId === networkId)
        .map(({ instance }) => instance),
  };
};

const isNamed = ({ Id, Names }: ContainerInfo, named: ReadonlySet<string>): boolean =>
  named.size > 0 && (named.has(Id) || named.has(Names[0]?.slice(1) ?? ''));

// The engine blocks an inspect of a container while it starts it, and with it the rest of the observation: until then
// the list entry is used.
const unlooked = (before: Instance | undefined, { listed, identity }: Entry): Instance => ({
  ...(before ?? neverRun),
  ...fromList(listed, identity),
});
const neverRun = {
  serves: false,
  startedAt: null,
  finishedAt: null,
  exitCode: null,
  oomKilled: false,
  error: '',
  restartCount: 0,
} as const;

// Returns the same object as before while the list is unchanged, so that callers that compare by identity see no
// change.
const refreshed = (before: Instance, { listed, identity }: Entry): Instance => {
  const now = fromList(listed, identity);
  const same =
    before.connected === now.connected &&
    before.containerName === now.containerName &&
    before.imageId === now.imageId;
  return same ? before : { ...before, ...now };
};
