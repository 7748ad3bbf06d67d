/**
 * Converts between Ring's types and the engine's: requests to create options, list and inspect results to an Instance.
 * Pure; instances.ts and observe.ts make the calls.
 */
import type { ContainerCreateOptions, EndpointSettings } from 'dockerode';
import type { CreateRequest, Identity, Instance, InstanceState } from '../../core/runtime.ts';
import { exposedPorts, hostConfigOf, processOf } from './host-config.ts';
import { addressLabel, instanceLabel, labelsOf, namespaceLabel } from './labels.ts';

/** A place in a network, by the network's id. */
export interface Place {
  readonly networkId: string;
  readonly address: string;
}

/** The placement of a container: the installation, its place in a network, and the engine's log driver. */
export interface Placement {
  readonly installationId: string;
  /** The place in the network; null for the host's own network. */
  readonly place: Place | null;
  readonly logDriver: string;
}

/** The part of a list entry that Ring reads. */
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

/** The part of an inspect result that Ring reads. */
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

/** Returns the endpoint settings for joining a network at an address and under aliases. */
export const endpointOf = (address: string, aliases: readonly string[]): EndpointSettings => ({
  IPAMConfig: { IPv4Address: address },
  Aliases: [...aliases],
});

/** Returns the create options of a container. */
export const toCreateOptions = (request: CreateRequest, placement: Placement): ContainerCreateOptions => {
  const { spec, identity } = request;
  const { installationId, place, logDriver } = placement;
  const labels = { ...spec.labels, ...labelsOf(installationId, identity) };
  return {
    name: request.containerName,
    Image: request.imageId,
    Labels: place === null ? labels : { ...labels, [addressLabel]: place.address },
    Env: Object.entries(request.environment).map(([name, value]) => `${name}=${value}`),
    ...processOf(spec),
    ExposedPorts: exposedPorts(spec.ports),
    HostConfig: hostConfigOf(spec, {
      networkMode: place?.networkId ?? 'host',
      logDriver,
      mounts: {
        volumes: spec.volumes,
        files: request.files,
        labels: { [instanceLabel]: installationId, [namespaceLabel]: identity.namespace },
      },
    }),
    ...(place === null
      ? {}
      : {
          NetworkingConfig: {
            EndpointsConfig: { [place.networkId]: endpointOf(place.address, request.aliases) },
          },
        }),
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

/** Converts a state to the port's type; an unknown state counts as dead. */
export const stateOf = (word: string): InstanceState => states.find((state) => state === word) ?? 'dead';

/** Converts an engine's time to ms since 1970; null for its zero time. */
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
  // A container that does not run has its endpoint only by name.
  return ['running', 'paused'].includes(listed.State) ? Boolean(endpoint.EndpointID) : true;
};

/**
 * Returns the static addresses that a listed container holds or will request; one that lost its network requests its
 * first one.
 */
export const addressesOf = (listed: Listed): readonly string[] => {
  const endpoints = Object.values(listed.NetworkSettings?.Networks ?? {});
  if (endpoints.length === 0)
    return [listed.Labels?.[addressLabel] ?? ''].filter((address) => address !== '');
  return endpoints.flatMap((endpoint) =>
    [endpoint.IPAMConfig?.IPv4Address, endpoint.IPAddress].filter((address) => Boolean(address)).map(String),
  );
};

/**
 * Returns the ids of the network that a listed container belongs to and of its endpoint; each join has an endpoint id
 * of its own.
 */
export const joiningOf = (listed: Listed, namespace: string) => {
  const endpoint = endpointIn(listed.NetworkSettings?.Networks, namespace);
  return {
    networkId: endpoint?.NetworkID || (listed.HostConfig.NetworkMode ?? ''),
    endpointId: endpoint?.EndpointID ?? '',
  };
};

/** Returns the part of an Instance that the list alone provides. */
export const fromList = (listed: Listed, identity: Identity) => ({
  id: listed.Id,
  containerName: (listed.Names?.[0] ?? '').replace(/^\//, ''),
  identity,
  state: stateOf(listed.State),
  imageId: listed.ImageID,
  connected: isConnected(listed, identity.namespace),
  address: endpointIn(listed.NetworkSettings?.Networks, identity.namespace)?.IPAddress || null,
});

/** Whether the container is known by its service's name in its namespace's network; the list does not include this. */
const answersTo = ({ NetworkSettings }: Inspected, { namespace, name }: Identity): boolean =>
  endpointIn(NetworkSettings.Networks, namespace)?.Aliases?.includes(name) ?? false;

/**
 * Makes an Instance from list and inspect results. The engine drops the exit code of a run once the process runs again;
 * `lastExitCode` is the one that an event reported.
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
