/**
 * How a container is set up beyond what it runs: its network, its rights, its memory mounts, names and bounds. The one
 * normal form and its defaults; how a draft becomes one is decided in parse.ts.
 */

/** A device of the host, as the container sees it. */
export interface Device {
  readonly source: string;
  readonly target: string;
  /** Some of `r`, `w` and `m`, in that order. */
  readonly permissions: string;
}

/** Memory mounted as a folder. */
export interface MemoryMount {
  readonly destination: string;
  /** null: as the kernel bounds it, half of the host's memory. */
  readonly sizeBytes: number | null;
  /** Of the folder itself; null: everybody may write (1777). */
  readonly mode: number | null;
}

/** Bounds of one of a process's resources; -1 is none. */
export interface Ulimit {
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

/** Which graphics processors a container gets: so many of them (-1 is all), or those named. */
export interface Gpus {
  /** null where they are named. */
  readonly count: number | null;
  readonly deviceIds: readonly string[];
  /** null: the engine's choice. */
  readonly driver: string | null;
  readonly capabilities: readonly string[];
}

/** Where the engine sends what a container writes. */
export interface Logging {
  /** null: the engine's own. */
  readonly driver: string | null;
  readonly options: Readonly<Record<string, string>>;
}

/** How names are looked up inside a container; empty lists are the engine's own. */
export interface Dns {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** All of it, in normal form. */
export interface ContainerOptions {
  /** `namespace`: in its namespace's network; `host`: without a network of its own. */
  readonly networkMode: 'namespace' | 'host';
  readonly readOnly: boolean;
  readonly init: boolean;
  readonly privileged: boolean;
  /** Without `CAP_`; `ALL` is all of them. */
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly devices: readonly Device[];
  readonly tmpfs: readonly MemoryMount[];
  /** null: the engine's own, 64 MiB. */
  readonly shmBytes: number | null;
  readonly ulimits: readonly Ulimit[];
  readonly dns: Dns;
  /** Each `name:address`, or `name:host-gateway`. */
  readonly extraHosts: readonly string[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly gpus: Gpus | null;
  /** null: the engine's driver, with a cap on what it keeps where it writes files. */
  readonly logging: Logging | null;
  /** How many processes and threads there may be; -1 is any number. */
  readonly pidsLimit: number;
  /** null: the engine's choice, the short container id. */
  readonly hostname: string | null;
  /** Whether no program can gain rights that its parent has not. */
  readonly noNewPrivileges: boolean;
  /** Each `key=value`. */
  readonly securityOptions: readonly string[];
}

/** Enough for any service, few enough that a fork bomb ends there and not with the host. */
export const usualPidsLimit = 4096;

/** What holds where nothing is declared. */
export const defaultContainer: ContainerOptions = {
  networkMode: 'namespace',
  readOnly: false,
  init: false,
  privileged: false,
  capAdd: [],
  capDrop: [],
  devices: [],
  tmpfs: [],
  shmBytes: null,
  ulimits: [],
  dns: { servers: [], search: [], options: [] },
  extraHosts: [],
  sysctls: {},
  gpus: null,
  logging: null,
  pidsLimit: usualPidsLimit,
  hostname: null,
  noNewPrivileges: true,
  securityOptions: [],
};

/** Whether instances are on the host's own network: they have no address of their own, and no names there. */
export const isOnHost = ({ container }: { readonly container: ContainerOptions }): boolean =>
  container.networkMode === 'host';

/** What differs from the defaults, by name: an option that comes later changes no text of those who do not use it. */
export const declaredOptions = (container: ContainerOptions): readonly (readonly [string, unknown])[] => {
  const usual = new Map(
    Object.entries(defaultContainer).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  return Object.entries(container)
    .filter(([name, value]) => usual.get(name) !== JSON.stringify(value))
    .sort(([one], [other]) => (one < other ? -1 : 1));
};
