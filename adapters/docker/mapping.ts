/**
 * The engine's words and Ring's, side by side: what is wanted becomes create options, what is listed and inspected
 * becomes an Instance. Pure; who calls the engine with it is decided in instances.ts and observe.ts.
 */
import type { ContainerCreateOptions, EndpointSettings, HostConfig } from 'dockerode';
import type { DeploymentSpec, Port } from '../../core/deployment/spec.ts';
import type { CreateRequest, Identity, Instance, InstanceState } from '../../core/runtime.ts';
import { addressLabel, instanceLabel, labelsOf, namespaceLabel } from './labels.ts';
import { mountsOf } from './mounts.ts';

/** Where a container is to be: this installation, a network by id, an address there, the engine's way of logging. */
export interface Placement {
  readonly installationId: string;
  readonly networkId: string;
  readonly address: string;
  readonly logDriver: string;
}

/** What the list says of a container: the part of it that Ring reads. */
export interface Listed {
  readonly Id: string;
  readonly Names: readonly string[] | null;
  readonly ImageID: string;
  readonly State: string;
  readonly Status: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly HostConfig: { readonly NetworkMode?: string | undefined };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, EndpointSettings>> | null } | null;
}

/** What an inspect says of a container's state: the part of it that Ring reads. */
export interface Inspected {
  readonly RestartCount: number;
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, EndpointSettings>> | null };
  readonly State: {
    readonly Status: string;
    readonly OOMKilled: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
}

/** Enough for any service, few enough that a fork bomb ends there and not with the host. */
const pidsLimit = 4096;

const restartName = ({ kind, restartPolicy }: DeploymentSpec): string => {
  if (kind === 'job' || restartPolicy === 'never') return 'no';
  return restartPolicy === 'always' ? 'unless-stopped' : 'on-failure';
};

const portKey = (port: Port): string => `${port.target}/${port.protocol}`;

// Bindings without the exposed port beside them are silently ignored by the engine.
const portsOf = (ports: readonly Port[]) => {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const bound = bindings[portKey(port)] ?? [];
    bindings[portKey(port)] = [...bound, { HostIp: port.hostIp, HostPort: String(port.published) }];
  }
  return { exposed: Object.fromEntries(ports.map((port) => [portKey(port), {}])), bindings };
};

const logConfigOf = (driver: string): Pick<HostConfig, 'LogConfig'> =>
  driver === 'json-file' || driver === 'local'
    ? { LogConfig: { Type: driver, Config: { 'max-size': '10m', 'max-file': '3' } } }
    : {};

/** A requested core weighs 1024 when cores are short; 2 is the least the kernel takes. */
const sharesOf = (nanoCpus: number): number => Math.max(2, Math.round((nanoCpus * 1024) / 1e9));

const boundsOf = ({ limits, requests }: DeploymentSpec): HostConfig => ({
  ...(limits.nanoCpus === null ? {} : { NanoCpus: limits.nanoCpus }),
  ...(limits.memoryBytes === null ? {} : { Memory: limits.memoryBytes }),
  ...(requests.nanoCpus === null ? {} : { CpuShares: sharesOf(requests.nanoCpus) }),
  ...(requests.memoryBytes === null ? {} : { MemoryReservation: requests.memoryBytes }),
});

const processOf = (spec: DeploymentSpec): ContainerCreateOptions => ({
  ...(spec.command === null ? {} : { Cmd: [...spec.command] }),
  // An empty list would mean the image's own; one empty word means none.
  ...(spec.entrypoint === null
    ? {}
    : { Entrypoint: spec.entrypoint.length > 0 ? [...spec.entrypoint] : [''] }),
  ...(spec.user === null ? {} : { User: spec.user }),
  ...(spec.workdir === null ? {} : { WorkingDir: spec.workdir }),
  ...(spec.stopSignal === null ? {} : { StopSignal: spec.stopSignal }),
  StopTimeout: Math.ceil(spec.stopGraceMs / 1000),
});

/** How a container joins a network: at an address, under aliases. */
export const endpointOf = (address: string, aliases: readonly string[]): EndpointSettings => ({
  IPAMConfig: { IPv4Address: address },
  Aliases: [...aliases],
});

/** The create options of a container. */
export const toCreateOptions = (request: CreateRequest, placement: Placement): ContainerCreateOptions => {
  const { spec, identity } = request;
  const { installationId, networkId, address } = placement;
  const { exposed, bindings } = portsOf(spec.ports);
  return {
    name: request.containerName,
    Image: request.imageId,
    Labels: { ...spec.labels, ...labelsOf(installationId, identity), [addressLabel]: address },
    Env: Object.entries(request.environment).map(([name, value]) => `${name}=${value}`),
    ...processOf(spec),
    ExposedPorts: exposed,
    HostConfig: {
      NetworkMode: networkId,
      PortBindings: bindings,
      RestartPolicy: { Name: restartName(spec) },
      ...mountsOf({
        volumes: spec.volumes,
        files: request.files,
        labels: { [instanceLabel]: installationId, [namespaceLabel]: identity.namespace },
      }),
      ...boundsOf(spec),
      PidsLimit: pidsLimit,
      SecurityOpt: ['no-new-privileges'],
      ...logConfigOf(placement.logDriver),
    },
    NetworkingConfig: { EndpointsConfig: { [networkId]: endpointOf(address, request.aliases) } },
  };
};

const states: readonly InstanceState[] = [
  'created',
  'running',
  'restarting',
  'paused',
  'exited',
  'removing',
  'dead',
];

/** A state as the port knows it; one that no engine should give counts as dead. */
export const stateOf = (word: string): InstanceState => states.find((state) => state === word) ?? 'dead';

/** ms since 1970 of an engine's time; null for its zero time. */
export const instantOf = (time: string): number | null => {
  const at = Date.parse(time);
  return Number.isNaN(at) || time.startsWith('0001-') ? null : at;
};

const endpointIn = (
  networks: Readonly<Record<string, EndpointSettings>> | null | undefined,
  namespace: string,
): EndpointSettings | undefined =>
  Object.entries(networks ?? {}).find(
    ([network]) => network === `ring_${namespace}` || network.startsWith(`ring_${namespace}_`),
  )?.[1];

/** Whether a listed container has an endpoint in its namespace's network; null where it uses the host's. */
export const isConnected = (listed: Listed, namespace: string): boolean | null => {
  if (listed.HostConfig.NetworkMode === 'host') return null;
  const endpoint = endpointIn(listed.NetworkSettings?.Networks, namespace);
  if (!endpoint) return false;
  // One that does not run has its endpoint only by name.
  return ['running', 'paused'].includes(listed.State) ? Boolean(endpoint.EndpointID) : true;
};

/** The static addresses that a listed container holds or will ask for; one that lost its network wants its first. */
export const addressesOf = (listed: Listed): readonly string[] => {
  const endpoints = Object.values(listed.NetworkSettings?.Networks ?? {});
  if (endpoints.length === 0)
    return [listed.Labels?.[addressLabel] ?? ''].filter((address) => address !== '');
  return endpoints.flatMap((endpoint) =>
    [endpoint.IPAMConfig?.IPv4Address, endpoint.IPAddress].filter((address) => Boolean(address)).map(String),
  );
};

/** Which network a listed container belongs to, and which of its joinings this one is: each has an id of its own. */
export const joiningOf = (listed: Listed, namespace: string) => {
  const endpoint = endpointIn(listed.NetworkSettings?.Networks, namespace);
  return {
    networkId: endpoint?.NetworkID || (listed.HostConfig.NetworkMode ?? ''),
    endpointId: endpoint?.EndpointID ?? '',
  };
};

/** The part of an Instance that the list alone tells. */
export const fromList = (listed: Listed, identity: Identity) => ({
  id: listed.Id,
  containerName: (listed.Names?.[0] ?? '').replace(/^\//, ''),
  identity,
  state: stateOf(listed.State),
  imageId: listed.ImageID,
  connected: isConnected(listed, identity.namespace),
  address: endpointIn(listed.NetworkSettings?.Networks, identity.namespace)?.IPAddress || null,
});

/** Whether it is known by its service's name in its namespace's network: the list does not tell. */
const answersTo = ({ NetworkSettings }: Inspected, { namespace, name }: Identity): boolean =>
  endpointIn(NetworkSettings.Networks, namespace)?.Aliases?.includes(name) ?? false;

/**
 * An Instance from list and inspect. The exit code of a run is gone from the engine once the process runs again:
 * `lastExitCode` is what was heard of it meanwhile.
 */
export const toInstance = (
  listed: Listed,
  inspected: Inspected,
  known: { readonly identity: Identity; readonly lastExitCode: number | null },
): Instance => {
  const { State, RestartCount } = inspected;
  const state = stateOf(State.Status);
  const finishedAt = instantOf(State.FinishedAt);
  const shownExitCode = state === 'running' || state === 'paused' ? known.lastExitCode : State.ExitCode;
  const { connected, ...listedPart } = fromList(listed, known.identity);
  return {
    ...listedPart,
    connected,
    serves: connected === null ? null : connected && answersTo(inspected, known.identity),
    state,
    startedAt: instantOf(State.StartedAt),
    finishedAt,
    exitCode: finishedAt === null ? null : shownExitCode,
    oomKilled: State.OOMKilled,
    error: State.Error,
    restartCount: RestartCount,
  };
};
