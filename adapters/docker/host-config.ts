/**
 * Converts a spec to the engine's options for a container: rights, limits, names, memory and logging. Pure; mapping.ts
 * adds the container's identity and its network.
 */
import type { ContainerCreateOptions, DeviceRequest, HostConfig } from 'dockerode';
import type { ContainerOptions, Gpus, MemoryMount } from '../../core/container/options.ts';
import type { DeploymentSpec, Port } from '../../core/deployment/spec/spec.ts';
import { type MountSources, mountsOf } from './mounts.ts';

/** The other inputs of a container's host config. */
export interface HostSide {
  /** A network's id, or `host`. */
  readonly networkMode: string;
  /** The engine's default log driver. */
  readonly logDriver: string;
  readonly mounts: MountSources;
}

const restartName = ({ kind, restartPolicy }: DeploymentSpec): string => {
  if (kind === 'job' || restartPolicy === 'never') return 'no';
  return restartPolicy === 'always' ? 'unless-stopped' : 'on-failure';
};

const portKey = (port: Port): string => `${port.target}/${port.protocol}`;

/**
 * Returns the ports that a container must expose: the engine silently ignores bindings of ports that are not exposed.
 */
export const exposedPorts = (ports: readonly Port[]): Record<string, object> =>
  Object.fromEntries(ports.map((port) => [portKey(port), {}]));

const bindingsOf = (ports: readonly Port[]) => {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const bound = bindings[portKey(port)] ?? [];
    bindings[portKey(port)] = [...bound, { HostIp: port.hostIp, HostPort: String(port.published) }];
  }
  return bindings;
};

const writesFiles = (driver: string): boolean => driver === 'json-file' || driver === 'local';

/** Returns the log config. Drivers that write files on the host are capped unless the spec sets a limit. */
const logConfigOf = ({ logging }: ContainerOptions, engineDriver: string): Pick<HostConfig, 'LogConfig'> => {
  const driver = logging?.driver ?? engineDriver;
  const cap = writesFiles(driver) ? { 'max-size': '10m', 'max-file': '3' } : {};
  if (logging === null && !writesFiles(driver)) return {};
  return { LogConfig: { Type: driver, Config: { ...cap, ...logging?.options } } };
};

/** A requested core corresponds to 1024 shares when CPU time is short; 2 is the kernel's minimum. */
const sharesOf = (nanoCpus: number): number => Math.max(2, Math.round((nanoCpus * 1024) / 1e9));

const boundsOf = ({ limits, requests, container }: DeploymentSpec): HostConfig => ({
  ...(limits.nanoCpus === null ? {} : { NanoCpus: limits.nanoCpus }),
  ...(limits.memoryBytes === null ? {} : { Memory: limits.memoryBytes }),
  ...(requests.nanoCpus === null ? {} : { CpuShares: sharesOf(requests.nanoCpus) }),
  ...(requests.memoryBytes === null ? {} : { MemoryReservation: requests.memoryBytes }),
  PidsLimit: container.pidsLimit,
  ...(container.shmBytes === null ? {} : { ShmSize: container.shmBytes }),
  ...listed('Ulimits', container.ulimits, ({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
});

/** Omits an empty list, so that the engine's default applies. */
const listed = <Key extends string, Item, Told>(
  key: Key,
  items: readonly Item[],
  tell: (item: Item) => Told,
): { readonly [Name in Key]?: Told[] } | object => (items.length > 0 ? { [key]: items.map(tell) } : {});

const itself = <Item>(item: Item): Item => item;

const rightsOf = (container: ContainerOptions): HostConfig => ({
  ...(container.privileged ? { Privileged: true } : {}),
  ...(container.readOnly ? { ReadonlyRootfs: true } : {}),
  ...(container.init ? { Init: true } : {}),
  ...listed('CapAdd', container.capAdd, itself),
  ...listed('CapDrop', container.capDrop, itself),
  ...listed('Devices', container.devices, ({ source, target, permissions }) => ({
    PathOnHost: source,
    PathInContainer: target,
    CgroupPermissions: permissions,
  })),
  ...(container.gpus === null ? {} : { DeviceRequests: [gpusOf(container.gpus)] }),
  ...(Object.keys(container.sysctls).length > 0 ? { Sysctls: { ...container.sysctls } } : {}),
  SecurityOpt: [
    container.noNewPrivileges ? 'no-new-privileges' : 'no-new-privileges=false',
    ...container.securityOptions,
  ],
});

const gpusOf = ({ count, deviceIds, driver, capabilities }: Gpus): DeviceRequest => ({
  Driver: driver ?? '',
  ...(count === null ? { DeviceIDs: [...deviceIds] } : { Count: count }),
  Capabilities: [[...capabilities]],
  Options: {},
});

const namesOf = ({ dns, extraHosts }: ContainerOptions): HostConfig => ({
  ...listed('Dns', dns.servers, itself),
  ...listed('DnsSearch', dns.search, itself),
  ...listed('DnsOptions', dns.options, itself),
  ...listed('ExtraHosts', extraHosts, itself),
});

const memoryOf = ({ destination, sizeBytes, mode }: MemoryMount) => ({
  Type: 'tmpfs' as const,
  Source: '',
  Target: destination,
  ReadOnly: false,
  ...(sizeBytes === null && mode === null
    ? {}
    : { TmpfsOptions: { SizeBytes: sizeBytes ?? 0, Mode: mode ?? 0o1777 } }),
});

/** Returns the engine's host config of a container. */
export const hostConfigOf = (
  spec: DeploymentSpec,
  { networkMode, logDriver, mounts }: HostSide,
): HostConfig => {
  const { container } = spec;
  const { Binds, Mounts = [] } = mountsOf(mounts);
  return {
    NetworkMode: networkMode,
    PortBindings: bindingsOf(spec.ports),
    RestartPolicy: { Name: restartName(spec) },
    Binds,
    Mounts: [...Mounts, ...container.tmpfs.map(memoryOf)],
    ...boundsOf(spec),
    ...rightsOf(container),
    ...namesOf(container),
    ...logConfigOf(container, logDriver),
  };
};

/** Returns the options for the process that runs in a container. */
export const processOf = (spec: DeploymentSpec): ContainerCreateOptions => ({
  ...(spec.command === null ? {} : { Cmd: [...spec.command] }),
  // An empty list would mean the image's own entrypoint; a single empty string means none.
  ...(spec.entrypoint === null
    ? {}
    : { Entrypoint: spec.entrypoint.length > 0 ? [...spec.entrypoint] : [''] }),
  ...(spec.user === null ? {} : { User: spec.user }),
  ...(spec.workdir === null ? {} : { WorkingDir: spec.workdir }),
  ...(spec.container.hostname === null ? {} : { Hostname: spec.container.hostname }),
  ...(spec.stopSignal === null ? {} : { StopSignal: spec.stopSignal }),
  StopTimeout: Math.ceil(spec.stopGraceMs / 1000),
});
