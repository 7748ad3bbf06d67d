/**
 * The container options of a deployment: its network, privileges, memory mounts, names and limits, in normal form with
 * their defaults. parse.ts converts a draft to this form.
 */

/** A host device and its path in the container. */
export interface Device {
  readonly source: string;
  readonly target: string;
  /** Some of `r`, `w` and `m`, in that order. */
  readonly permissions: string;
}

/** Memory mounted as a folder. */
export interface MemoryMount {
  readonly destination: string;
  /** In bytes; null for the kernel's default, half of the host's memory. */
  readonly sizeBytes: number | null;
  /** The mode of the mount's root; null for 1777, writable by everybody. */
  readonly mode: number | null;
}

/** Limits of one resource of a process; -1 is unlimited. */
export interface Ulimit {
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

/** The GPUs that a container gets: a count (-1 for all) or a list of ids. */
export interface Gpus {
  /** null when ids are given. */
  readonly count: number | null;
  readonly deviceIds: readonly string[];
  /** null for the engine's choice. */
  readonly driver: string | null;
  readonly capabilities: readonly string[];
}

/** The log driver of a container and its options. */
export interface Logging {
  /** null for the engine's default. */
  readonly driver: string | null;
  readonly options: Readonly<Record<string, string>>;
}

/** Name resolution in a container; empty lists are the engine's default. */
export interface Dns {
  readonly servers: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
}

/** All container options, in normal form. */
export interface ContainerOptions {
  /** `namespace`: the container joins its namespace's network; `host`: it uses the host's network. */
  readonly networkMode: 'namespace' | 'host';
  readonly readOnly: boolean;
  readonly init: boolean;
  readonly privileged: boolean;
  /** Without `CAP_`; `ALL` means all capabilities. */
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly devices: readonly Device[];
  readonly tmpfs: readonly MemoryMount[];
  /** null for the engine's default, 64 MiB. */
  readonly shmBytes: number | null;
  readonly ulimits: readonly Ulimit[];
  readonly dns: Dns;
  /** Each `name:address`, or `name:host-gateway`. */
  readonly extraHosts: readonly string[];
  readonly sysctls: Readonly<Record<string, string>>;
  readonly gpus: Gpus | null;
  /** null for the engine's driver, with a size limit when it writes files. */
  readonly logging: Logging | null;
  /** The maximum number of processes and threads; -1 is unlimited. */
  readonly pidsLimit: number;
  /** null for the engine's choice, the short container id. */
  readonly hostname: string | null;
  /** Whether programs are prevented from gaining privileges that their parent does not have. */
  readonly noNewPrivileges: boolean;
  /** Each `key=value`. */
  readonly securityOptions: readonly string[];
}

/** High enough for any service, and low enough that a fork bomb does not take down the host. */
export const defaultPidsLimit = 4096;

/** The options of a deployment that declares none. */
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
  pidsLimit: defaultPidsLimit,
  hostname: null,
  noNewPrivileges: true,
  securityOptions: [],
};

/**
 * Whether instances use the host's network: they then have no address of their own, and no names in the namespace's
 * network.
 */
export const isOnHost = ({ container }: { readonly container: ContainerOptions }): boolean =>
  container.networkMode === 'host';

/**
 * Returns the options that differ from the defaults, by name, so that adding an option does not change the text of
 * specs that do not use it.
 */
export const declaredOptions = (container: ContainerOptions): readonly (readonly [string, unknown])[] => {
  const usual = new Map(
    Object.entries(defaultContainer).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  return Object.entries(container)
    .filter(([name, value]) => usual.get(name) !== JSON.stringify(value))
    .sort(([one], [other]) => (one < other ? -1 : 1));
};
