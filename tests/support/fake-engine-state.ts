/** The state of a fake engine, and the conversion of its containers to the port's types. */
import { isOnHost } from '../../core/container/options.ts';
import type {
  CreateRequest,
  ExecResult,
  Instance,
  InstanceState,
  LogLine,
  Owner,
  PublishedPort,
} from '../../core/runtime.ts';
import type { InstanceUsage } from '../../core/usage/usage.ts';
import type { EngineVolume } from '../../core/volume/volume.ts';

/** A container of the fake engine; changed in place by its commands. */
export interface FakeContainer {
  readonly id: string;
  readonly request: CreateRequest;
  state: InstanceState;
  aliases: readonly string[];
  connected: boolean;
  startedAt: number | null;
  finishedAt: number | null;
  exitCode: number | null;
  oomKilled: boolean;
  error: string;
  restartCount: number;
  readonly lines: LogLine[];
}

/** A volume, and whether it carries the installation's label. */
export interface FakeVolume extends Omit<EngineVolume, 'containers'> {
  readonly isOwn: boolean;
}

/** All that a fake engine holds. */
export interface FakeEngineState {
  /** By id, oldest first. */
  readonly containers: Map<string, FakeContainer>;
  /** Names of containers that are not this installation's. */
  readonly strangers: Set<string>;
  /** By name, strangers' included. */
  readonly volumes: Map<string, FakeVolume>;
  /** Namespaces that have a network. */
  readonly networks: Set<string>;
  readonly missingCommands: Set<string>;
  readonly missingPaths: Set<string>;
  /** The users that every image knows by name. */
  readonly users: Map<string, Owner>;
  /** What programs answer that are run inside a container, by their words; all others end with 0 and say nothing. */
  readonly programs: Map<string, ExecResult>;
  /** What containers use, by id; others hardly anything. */
  readonly usages: Map<string, Partial<InstanceUsage>>;
}

/** The same for as long as the container lives. */
export const addressOf = ({ id }: FakeContainer): string =>
  `10.201.0.${(Number.parseInt(id.slice(-6), 16) % 250) + 2}`;

/** What its own containers publish while they run. */
export const publishedOf = ({ containers }: FakeEngineState): readonly PublishedPort[] =>
  [...containers.values()].filter(runs).flatMap(({ request: { containerName, spec } }) =>
    spec.ports.map(({ hostIp, published, protocol }) => ({
      hostIp,
      published,
      protocol,
      containerName,
      isOwn: true,
    })),
  );

/** What a container uses; null while it does not run. A paused one keeps what it has and does nothing. */
export const usageOf = (container: FakeContainer, { usages }: FakeEngineState): InstanceUsage | null => {
  if (!runs(container)) return null;
  const used = {
    cpuPercent: 0,
    memoryBytes: 1_048_576,
    memoryLimitBytes: container.request.spec.limits.memoryBytes,
    network: { receivedBytes: 0, sentBytes: 0 },
    pids: 1,
    ...usages.get(container.id),
    id: container.id,
  };
  const idle = container.state === 'paused' ? { cpuPercent: 0 } : {};
  return { ...used, ...idle, ...(isOnHost(container.request.spec) ? { network: null } : {}) };
};

/** Whether its process runs, paused or not. */
export const runs = ({ state }: FakeContainer): boolean => state === 'running' || state === 'paused';

/** Shows containers as the port does: the same object for as long as nothing of one has changed. */
export const makeSnapshots = (): ((container: FakeContainer) => Instance) => {
  const shown = new WeakMap<FakeContainer, Instance>();
  return (container) => {
    const now = snapshot(container);
    const before = shown.get(container);
    if (before && sameInstance(before, now)) return before;
    shown.set(container, now);
    return now;
  };
};

const sameInstance = (one: Instance, other: Instance): boolean =>
  Object.entries(one).every(([key, value]) => Reflect.get(other, key) === value);

const placeOf = (container: FakeContainer): Pick<Instance, 'connected' | 'address' | 'serves'> => {
  const { connected, aliases, request } = container;
  if (isOnHost(request.spec)) return { connected: null, address: null, serves: null };
  return {
    connected,
    address: runs(container) && connected ? addressOf(container) : null,
    serves: connected && aliases.includes(request.identity.name),
  };
};

const snapshot = (container: FakeContainer): Instance => ({
  id: container.id,
  containerName: container.request.containerName,
  identity: container.request.identity,
  state: container.state,
  imageId: container.request.imageId,
  ...placeOf(container),
  startedAt: container.startedAt,
  finishedAt: container.finishedAt,
  exitCode: container.exitCode,
  oomKilled: container.oomKilled,
  error: container.error,
  restartCount: container.restartCount,
});
