/**
 * A container engine in memory with the behaviour of the real one: names are unique, repeated calls succeed, and
 * refused calls leave the same traces. Passes tests/contracts/runtime.ts and is never more lenient than the real one.
 */
import { isOnHost } from '../../core/container/options.ts';
import type {
  CreateRequest,
  ExecResult,
  Identity,
  Instance,
  LogLine,
  Owner,
  PublishedPort,
  Runtime,
  RuntimeEvent,
} from '../../core/runtime.ts';
import type { InstanceUsage } from '../../core/usage/usage.ts';
import { makeFakeCommands } from './fake-commands.ts';
import {
  addressOf,
  type FakeContainer,
  type FakeEngineState,
  makeSnapshots,
  publishedOf,
  runs,
  usageOf,
} from './fake-engine-state.ts';
import { type FakeFaults, makeFakeFaults, unanswered } from './fake-faults.ts';
import { type FakeImages, makeFakeImages } from './fake-images.ts';
import { makeFakeStreams } from './fake-streams.ts';
import { makeFakeVolumes } from './fake-volumes.ts';

/** What a fake is told about the world; everything has a default. */
export interface FakeRuntimeOptions {
  /** ms since 1970. */
  readonly now: () => number;
  /** Whether the engine restarts by policy what ends, at once; off: what ends stays exited. */
  readonly restarts?: boolean;
  /** Of the host; 8 GiB without it. */
  readonly memoryBytes?: number;
}

/** A fake runtime: the port, and what a test may do to the engine behind its back. */
export interface FakeRuntime extends Runtime, FakeFaults {
  readonly images: FakeImages;
  /** Commands (first word) that do not exist: a start fails as with 127. */
  readonly missingCommands: Set<string>;
  /** Host paths that do not exist: a bind that may not make its source is refused. */
  readonly missingPaths: Set<string>;
  /** The users that every image knows by name. */
  readonly users: Map<string, Owner>;
  /** What programs answer that are run inside a container, by their words joined with spaces. */
  readonly programs: Map<string, ExecResult>;
  /** What containers use, by id, as far as a test says so. */
  readonly usages: Map<string, Partial<InstanceUsage>>;
  /** What observe() would say now, without counting as a call. */
  peek(): readonly Instance[];
  /** The process of a running container ends by itself. */
  exit(idOrName: string, exitCode: number, details?: { readonly oomKilled?: boolean }): void;
  /** The container is sent a signal through the API by someone else and ends (137): the engine does not restart it. */
  kill(idOrName: string, exitCode?: number): void;
  pause(idOrName: string): void;
  /** Someone removes a container by force. */
  destroy(idOrName: string): void;
  /** Someone takes the name with a container of their own. */
  occupy(containerName: string): void;
  /** Someone makes a volume of their own. */
  addVolume(name: string): void;
  /** Someone publishes a port of a container of their own. */
  publish(port: Omit<PublishedPort, 'isOwn'>): void;
  /** Someone removes a namespace's network by force; containers lose their endpoint. */
  dropNetwork(namespace: string): void;
  /** Someone takes a container off its network. */
  leave(idOrName: string): void;
  /** Someone joins it by hand under these names. */
  rejoin(idOrName: string, aliases: readonly string[]): void;
  /** The addresses that a name stands for inside a namespace's network. */
  lookup(namespace: string, name: string): readonly string[];
  /** A running container writes a line. */
  say(idOrName: string, message: string, stream?: LogLine['stream']): void;
  /** The engine ends and comes back: by a crash or in order. Event streams break. */
  restartEngine(how: 'crash' | 'stop'): void;
}

const ends = (container: FakeContainer, exitCode: number, now: number): void => {
  container.finishedAt = now;
  container.exitCode = exitCode;
  container.state = 'exited';
};

const policyRestarts = ({ request: { spec } }: FakeContainer, exitCode: number): boolean =>
  spec.kind === 'worker' &&
  (spec.restartPolicy === 'always' || (spec.restartPolicy === 'on-failure' && exitCode !== 0));

/** What the engine does to one container when it comes back (the table of restarts that was measured). */
const survive = (container: FakeContainer, how: 'crash' | 'stop', now: number): void => {
  if (container.state !== 'running' && container.state !== 'paused') return;
  const { spec } = container.request;
  ends(container, 137, now);
  if (spec.kind === 'job' || spec.restartPolicy === 'never') return;
  if (spec.restartPolicy === 'always' && how === 'crash') return;
  Object.assign(container, { state: 'running', startedAt: now, restartCount: 0, exitCode: null });
};

/** Makes a fake engine that is up, empty, and knows no image. */
export const makeFakeRuntime = (options: FakeRuntimeOptions): FakeRuntime => {
  const { now } = options;
  const state: FakeEngineState = {
    containers: new Map(),
    strangers: new Set(),
    networks: new Set(),
    volumes: new Map(),
    missingCommands: new Set(),
    missingPaths: new Set(),
    users: new Map(),
    programs: new Map(),
    usages: new Map(),
  };
  const foreignPorts: PublishedPort[] = [];
  const streams = makeFakeStreams(now);
  const { images, resolve, needsPull, has, list, removeNames } = makeFakeImages();
  const { faults, gate } = makeFakeFaults(() => streams.breakAll(unanswered()));
  const emit = (container: FakeContainer, action: RuntimeEvent['action'], exitCode: number | null = null) =>
    streams.emit({
      instanceId: container.id,
      identity: container.request.identity,
      action,
      exitCode,
      at: now(),
    });
  const commands = makeFakeCommands({ state, now, hasImage: has, emit });

  const volumes = makeFakeVolumes(state, now);
  const create = (request: CreateRequest): string => {
    const id = commands.create(request);
    const named = request.spec.volumes.filter(({ type, source }) => type === 'volume' && source !== '');
    volumes.mount(named.map(({ source }) => source));
    return id;
  };

  const find = (idOrName: string): FakeContainer => commands.find(idOrName);
  const isRunFrom = (imageId: string): boolean =>
    [...state.containers.values()].some(({ request }) => request.imageId === imageId);
  const snapshot = makeSnapshots();
  const peek = (): readonly Instance[] => [...state.containers.values()].reverse().map(snapshot);

  return {
    ...faults,
    images,
    missingCommands: state.missingCommands,
    missingPaths: state.missingPaths,
    users: state.users,
    programs: state.programs,
    usages: state.usages,
    peek,
    observe: () => gate('observe', [], peek),
    async resolveImage(request) {
      if (needsPull(request)) await request.beforePull?.();
      return gate('resolveImage', [request], () => resolve(request));
    },
    ensureNetwork: (namespace) =>
      gate('ensureNetwork', [namespace], () => void state.networks.add(namespace)),
    releaseNetwork: (namespace) => gate('releaseNetwork', [namespace], () => commands.release(namespace)),
    networks: () => gate('networks', [], () => [...state.networks].sort()),
    idleNetworks: () =>
      gate('idleNetworks', [], () => [...state.networks].filter((namespace) => !commands.isUsed(namespace))),
    listImages: () => gate('listImages', [], () => list(isRunFrom)),
    removeImage: (imageId, names) =>
      gate('removeImage', [imageId, names], () => removeNames(imageId, { names, isRunFrom })),
    create: (request) => gate('create', [request], () => create(request)),
    start: (idOrName) => gate('start', [idOrName], () => commands.start(idOrName)),
    stop: (id, graceMs) => gate('stop', [id, graceMs], () => commands.stop(id)),
    userOf: (idOrName) => gate('userOf', [idOrName], () => commands.userOf(idOrName)),
    unpause: (id) => gate('unpause', [id], () => commands.unpause(id)),
    remove: (id) => gate('remove', [id], () => commands.remove(id)),
    connect: (id, namespace, aliases) =>
      gate('connect', [id, namespace, aliases], () => commands.connect(id, namespace, aliases)),
    exec: (id, request) => gate('exec', [id, request], () => commands.exec(id, request)),
    facts: () =>
      gate('facts', [], () => ({
        version: '20.10.24',
        apiVersion: '1.41',
        containersRunning: peek().filter((instance) => instance.state === 'running').length,
        containersTotal: state.containers.size + state.strangers.size,
      })),
    capacity: () =>
      gate('capacity', [], () => ({ memoryBytes: options.memoryBytes ?? 8 * 1024 ** 3, nanoCpus: 4e9 })),
    volumes: () => gate('volumes', [], volumes.port.volumes),
    createVolume: (request) => gate('createVolume', [request], () => volumes.port.createVolume(request)),
    removeVolume: (name) => gate('removeVolume', [name], () => volumes.port.removeVolume(name)),
    published: () => gate('published', [], () => [...publishedOf(state), ...foreignPorts]),
    usage: (of) =>
      gate('usage', [of], () =>
        of.flatMap(({ id }) => {
          const container = state.containers.get(id);
          return (container && usageOf(container, state)) ?? [];
        }),
      ),
    ping: () => gate('ping', [], () => undefined),
    logs: (id, request) => streams.logs(() => find(id), request),
    events: (signal) => streams.events(signal),

    exit(idOrName, exitCode, details) {
      const container = find(idOrName);
      ends(container, exitCode, now());
      container.oomKilled = details?.oomKilled ?? false;
      emit(container, 'die', exitCode);
      if (options.restarts && policyRestarts(container, exitCode)) {
        // The exit code of a run is gone from the engine once the process runs again.
        Object.assign(container, { state: 'running', startedAt: now(), exitCode: null });
        container.restartCount++;
        emit(container, 'start');
      }
      streams.touched();
    },
    kill(idOrName, exitCode = 137) {
      const container = find(idOrName);
      emit(container, 'kill');
      ends(container, exitCode, now());
      emit(container, 'die', exitCode);
      streams.touched();
    },
    pause(idOrName) {
      const container = find(idOrName);
      container.state = 'paused';
      emit(container, 'pause');
    },
    destroy(idOrName) {
      const container = find(idOrName);
      if (container.state === 'running') emit(container, 'die', 137);
      state.containers.delete(container.id);
      emit(container, 'destroy');
      streams.touched();
    },
    occupy: (containerName) => void state.strangers.add(containerName),
    addVolume: volumes.addForeign,
    publish: (port) => void foreignPorts.push({ ...port, isOwn: false }),
    dropNetwork(namespace) {
      state.networks.delete(namespace);
      for (const container of state.containers.values()) {
        const { identity, spec } = container.request;
        if (identity.namespace !== namespace || isOnHost(spec)) continue;
        container.connected = false;
        if (runs(container)) emit(container, 'network');
      }
    },
    leave(idOrName) {
      const container = find(idOrName);
      container.connected = false;
      emit(container, 'network');
    },
    rejoin(idOrName, aliases) {
      const container = find(idOrName);
      Object.assign(container, { connected: true, aliases });
      emit(container, 'network');
    },
    lookup: (namespace, name) =>
      [...state.containers.values()]
        .filter(
          (container) =>
            container.request.identity.namespace === namespace &&
            !isOnHost(container.request.spec) &&
            container.connected &&
            runs(container) &&
            container.aliases.includes(name),
        )
        .map(addressOf)
        .sort(),
    say: (idOrName, message, stream = 'stdout') => streams.say(find(idOrName), { message, stream }),
    restartEngine(how) {
      for (const container of state.containers.values()) survive(container, how, now());
      streams.breakAll(unanswered());
    },
  };
};

/** An identity for tests that need one. */
export const someIdentity = (overrides: Partial<Identity> = {}): Identity => ({
  uid: 'u1',
  deploymentId: 'web',
  namespace: 'default',
  name: 'web',
  revision: 1,
  slot: 0,
  specHash: 'hash1',
  ...overrides,
});
