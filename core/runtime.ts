/**
 * The interface to a container engine, in Ring's terms. adapters/docker maps it to API calls; core/reconcile decides
 * which to make.
 */
import type { DeploymentSpec } from './deployment/spec/spec.ts';
import type { CleanableEngine } from './gc/engine.ts';
import type { MeasurableEngine } from './usage/usage.ts';
import type { EngineVolumes } from './volume/volume.ts';

/** The identity of an instance: read from its labels, never from its name. */
export interface Identity {
  /** Unique id of a deployment; a deployment that is deleted and created again has another. */
  readonly uid: string;
  readonly deploymentId: string;
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  readonly slot: number;
  /** The attempt of a part of a job; undefined for the first. */
  readonly attempt?: number | undefined;
  /** Hash of the revision's spec. */
  readonly specHash: string;
}

/** Returns the attempt of a part of a job that an instance is, from 1. */
export const attemptOf = ({ attempt }: Pick<Identity, 'attempt'>): number => attempt ?? 1;

/** The state of a container in the engine's list. */
export type InstanceState = 'created' | 'running' | 'restarting' | 'paused' | 'exited' | 'removing' | 'dead';

/** One container of this installation, as last seen. Times are ms since 1970, null where the engine has none. */
export interface Instance {
  /** The engine's container id. */
  readonly id: string;
  /** The container's name, without a leading slash. */
  readonly containerName: string;
  readonly identity: Identity;
  readonly state: InstanceState;
  readonly imageId: string;
  /** Whether it has an endpoint in its namespace's network; null when it needs none (host network). */
  readonly connected: boolean | null;
  /** Its address in that network; null without one. */
  readonly address: string | null;
  /** Whether it answers to its service's names there; null when it needs none, false when it is not connected. */
  readonly serves: boolean | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Exit code of the last run that ended; null before the first end. */
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** The engine's message for the last failed start; empty without one. */
  readonly error: string;
  /** How often the engine restarted it; the count was reset when it is lower than before. */
  readonly restartCount: number;
}

/** The image that a revision is pinned to. */
export interface ImagePin {
  /** The engine's image id (`sha256:...`). */
  readonly imageId: string;
  /** `repository@sha256:...` of the same repository; null for an image that did not come from a registry. */
  readonly repoDigest: string | null;
}

/** Credentials for a registry, in clear; only passed in memory. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  readonly server?: string | undefined;
}

/** A request to resolve the image of a revision. */
export interface ImageRequest {
  /** As the user wrote it. */
  readonly image: string;
  readonly policy: 'IfNotPresent' | 'Always' | 'Never';
  /** The existing pin of the revision, if any: then exactly this image is required. */
  readonly pin: ImagePin | null;
  readonly credentials: RegistryCredentials | null;
  /** Called before an image is pulled, and awaited; not called when none is needed. It never rejects. */
  readonly beforePull?: () => Promise<void>;
}

/** A resolved image, and whether a pull was needed. */
export interface ResolvedImage extends ImagePin {
  readonly pulled: boolean;
}

/** A file on the engine's host that a container sees, read-only. Paths are absolute. */
export interface FileMount {
  readonly source: string;
  readonly destination: string;
}

/** A numeric user and group of a container. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Everything needed to create one container. */
export interface CreateRequest {
  readonly containerName: string;
  readonly identity: Identity;
  readonly spec: DeploymentSpec;
  /** The container's environment, in clear. */
  readonly environment: Readonly<Record<string, string>>;
  /** The files for the spec's volumes of type config and secret. */
  readonly files: readonly FileMount[];
  readonly imageId: string;
  /** The names it answers to in its namespace's network; empty means that it receives no traffic yet. */
  readonly aliases: readonly string[];
}

/** A change of a container or network of this installation. Events only trigger a look; the list is authoritative. */
export interface RuntimeEvent {
  readonly instanceId: string;
  readonly identity: Identity;
  /** `network`: another client connected it to a network, disconnected it, or removed its network. */
  readonly action:
    | 'create'
    | 'start'
    | 'die'
    | 'kill'
    | 'stop'
    | 'oom'
    | 'pause'
    | 'destroy'
    | 'network'
    | 'other';
  readonly exitCode: number | null;
  /** In ms since 1970, by the engine's clock. */
  readonly at: number;
}

/** One line that a container wrote. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as the engine gives it: sorts as text. */
  readonly at: string;
  readonly stream: 'stdout' | 'stderr';
  readonly message: string;
}

/** Selects the lines to read. */
export interface LogRequest {
  readonly follow: boolean;
  /** At most this many of the last lines; undefined for all. */
  readonly tail?: number | undefined;
  /** In ms since 1970, inclusive. */
  readonly since?: number | undefined;
  /** In ms since 1970, exclusive. */
  readonly until?: number | undefined;
  /** Ends the stream and releases the engine's connection. */
  readonly signal: AbortSignalLike;
}

/** The part of AbortSignal that the core needs; the platform's AbortSignal satisfies it. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A program to run in a container. */
export interface ExecRequest {
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** The result of a program that was run in a container. */
export interface ExecResult {
  /** The exit code; null when the program did not end in time. */
  readonly exitCode: number | null;
  /** The first 4 KB of its output. */
  readonly output: string;
}

/** Facts about the engine. */
export interface RuntimeFacts {
  readonly version: string;
  readonly apiVersion: string;
  readonly containersRunning: number;
  readonly containersTotal: number;
}

/** A port of the host that a running container publishes. */
export interface PublishedPort {
  readonly hostIp: string;
  readonly published: number;
  readonly protocol: 'tcp' | 'udp';
  readonly containerName: string;
  /** Whether the container belongs to this installation. */
  readonly isOwn: boolean;
}

/** The resources of the engine's host. */
export interface Capacity {
  readonly memoryBytes: number;
  /** CPUs in nanocores. */
  readonly nanoCpus: number;
}

/**
 * A container engine. Every call has its own deadline and rejects with RuntimeError. Calls can be repeated safely after
 * a crash or a lost answer: work that is already done counts as success.
 */
export interface Runtime extends CleanableEngine, EngineVolumes, MeasurableEngine {
  /** Lists all containers of this installation in one call, with details of those that changed. */
  observe(): Promise<readonly Instance[]>;
  /**
   * Resolves the image of a revision, pulling it by its policy. Concurrent requests for the same image share one pull.
   */
  resolveImage(request: ImageRequest): Promise<ResolvedImage>;
  /** Creates the namespace's network unless it exists. */
  ensureNetwork(namespace: string): Promise<void>;
  /**
   * Removes the namespace's network when no container, stopped or kept, refers to it; otherwise keeps it. Returns
   * whether there is none any more.
   */
  releaseNetwork(namespace: string): Promise<boolean>;
  /** Lists the namespaces that have a network of this installation on this engine. */
  networks(): Promise<readonly string[]>;
  /**
   * Creates a container, or adopts the one of that name with the same identity; returns its id. Otherwise `name_taken`.
   */
  create(request: CreateRequest): Promise<string>;
  /** Starts a container by id or name; a running one counts as started. `missing` without such a container. */
  start(idOrName: string): Promise<void>;
  /**
   * Stops a container: sends the spec's stop signal, and kills it after graceMs. A stopped or missing one counts as
   * stopped.
   */
  stop(id: string, graceMs: number): Promise<void>;
  /**
   * Returns the numeric user that a container's process is started as; names are looked up in the container. `config`
   * when the container does not know the name.
   */
  userOf(idOrName: string): Promise<Owner>;
  /** Unpauses a container; a running one counts as unpaused. */
  unpause(id: string): Promise<void>;
  /** Removes a stopped or never started container with its anonymous volumes; a missing one counts as removed. */
  remove(id: string): Promise<void>;
  /**
   * Ensures that a running container is in its namespace's network under exactly these aliases: it is reconnected with
   * the same address, so that connections survive. Does nothing when that is already so.
   */
  connect(id: string, namespace: string, aliases: readonly string[]): Promise<void>;
  /**
   * Reads the lines of one container, oldest first. Ends when the container ends, or at the last line without follow.
   */
  logs(id: string, request: LogRequest): AsyncIterable<LogLine>;
  /** Runs a program in a running container, without a shell, and waits for it up to the deadline. */
  exec(id: string, request: ExecRequest): Promise<ExecResult>;
  /** Streams changes of this installation's containers until the signal; rejects when the stream breaks. */
  events(signal: AbortSignalLike): AsyncIterable<RuntimeEvent>;
  facts(): Promise<RuntimeFacts>;
  capacity(): Promise<Capacity>;
  /** Lists the ports that running containers publish, whether or not they belong to this installation. */
  published(): Promise<readonly PublishedPort[]>;
  /** Rejects with `unavailable` when the engine does not answer. */
  ping(): Promise<void>;
}
