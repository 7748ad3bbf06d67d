/**
 * The port to a container engine: what Ring asks of Docker, in Ring's own words. How the words become API calls is
 * decided in adapters/docker; when to say them, in core/reconcile.
 */
import type { DeploymentSpec } from './deployment/spec.ts';
import type { CleanableEngine } from './gc/engine.ts';
import type { MeasurableEngine } from './usage/usage.ts';
import type { EngineVolumes } from './volume/volume.ts';

/** Who an instance is: read from its labels, never from its name. */
export interface Identity {
  /** Unique id of one life of a deployment: a deployment deleted and made again has another. */
  readonly uid: string;
  readonly deploymentId: string;
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  readonly slot: number;
  /** Which try of a job's part it is; left out: the first. */
  readonly attempt?: number | undefined;
  /** Hash of the revision's spec. */
  readonly specHash: string;
}

/** Which try of a job's part an instance is, from 1. */
export const attemptOf = ({ attempt }: Pick<Identity, 'attempt'>): number => attempt ?? 1;

/** The state that the engine's list gives a container. */
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
  /** Whether it has an endpoint in its namespace's network; null where it needs none (host network). */
  readonly connected: boolean | null;
  /** Its address in that network; null while it has none. */
  readonly address: string | null;
  /** Whether it answers to its service's names there; null where it needs none, false where it is not connected. */
  readonly serves: boolean | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Exit code of the last run that ended; null before the first end. */
  readonly exitCode: number | null;
  readonly oomKilled: boolean;
  /** The engine's own words about the last failed start, empty without one. */
  readonly error: string;
  /** How often the engine restarted it; a lower number than before is a reset. */
  readonly restartCount: number;
}

/** An image as a revision pins it. */
export interface ImagePin {
  /** The engine's image id (`sha256:...`). */
  readonly imageId: string;
  /** `repository@sha256:...` of the same repository, null for an image no registry gave. */
  readonly repoDigest: string | null;
}

/** Credentials for a registry, in clear: only ever passed in memory. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  readonly server?: string | undefined;
}

/** Which image a revision needs. */
export interface ImageRequest {
  /** As the user wrote it. */
  readonly image: string;
  readonly policy: 'IfNotPresent' | 'Always' | 'Never';
  /** What the revision was pinned to before, if it was: then only this very image will do. */
  readonly pin: ImagePin | null;
  readonly credentials: RegistryCredentials | null;
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

/** All that is needed to make one container. */
export interface CreateRequest {
  readonly containerName: string;
  readonly identity: Identity;
  readonly spec: DeploymentSpec;
  /** In clear; becomes the container's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The files that the spec's volumes of type config and secret stand for. */
  readonly files: readonly FileMount[];
  readonly imageId: string;
  /** The names it answers to in its namespace's network; empty: it gets no traffic yet. */
  readonly aliases: readonly string[];
}

/** Why the engine refused. Each kind is shown as one status (core/deployment/status.ts). */
export type RuntimeErrorKind =
  /** Not reached, no answer in time, or an answer that says nothing about the request: the truth is unknown. */
  | 'unavailable'
  | 'image_not_found'
  | 'image_denied'
  | 'image_rate_limited'
  | 'image_unreachable'
  /** Pinned to a local image that is no longer there. */
  | 'image_gone'
  /** The container's name belongs to a container that is not of this deployment. */
  | 'name_taken'
  | 'port_taken'
  /** The network that the container is bound to is not there any more: it cannot be started as it is. */
  | 'network_gone'
  | 'network'
  /** The command does not exist or cannot be run (127, 126). */
  | 'command'
  /** A mount's source is missing or the disk is full. */
  | 'file_system'
  | 'resources'
  /** The engine does not accept what the spec asks for. */
  | 'config'
  /** The container named by an id is not there. */
  | 'missing'
  | 'other';

/** The engine said no, or nothing. The message is safe to show: no credentials, no environment. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly kind: RuntimeErrorKind;
  /** Seconds after which another try makes sense, where the other side said so. */
  readonly retryAfterSeconds: number | undefined;
  /** Whether the request certainly never reached the engine, so that it cannot be carried out late. */
  readonly neverSent: boolean;

  constructor(
    kind: RuntimeErrorKind,
    message: string,
    details: { cause?: unknown; retryAfterSeconds?: number; neverSent?: boolean } = {},
  ) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.neverSent = details.neverSent ?? false;
  }
}

/** Something happened to a container of this installation. Events only wake; the list is the truth. */
export interface RuntimeEvent {
  readonly instanceId: string;
  readonly identity: Identity;
  /** `network`: someone else joined it to a network, took it off, or removed its network. */
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
  /** ms since 1970, by the engine's clock. */
  readonly at: number;
}

/** One line that a container wrote. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as the engine gives it: sorts as text. */
  readonly at: string;
  readonly stream: 'stdout' | 'stderr';
  readonly message: string;
}

/** Which lines to read. */
export interface LogRequest {
  readonly follow: boolean;
  /** The last so many lines; undefined is all. */
  readonly tail?: number | undefined;
  /** ms since 1970, inclusive. */
  readonly since?: number | undefined;
  /** ms since 1970, exclusive. */
  readonly until?: number | undefined;
  /** Ends the stream and frees the engine's connection. */
  readonly signal: AbortSignalLike;
}

/** The part of AbortSignal that the core needs; the platform's own fits. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A program to run inside a container. */
export interface ExecRequest {
  readonly command: readonly string[];
  readonly timeoutMs: number;
}

/** How a program that was run inside a container ended. */
export interface ExecResult {
  /** null: it did not end within its time. */
  readonly exitCode: number | null;
  /** The beginning of what it wrote, at most 4 KB. */
  readonly output: string;
}

/** What the engine says of itself. */
export interface RuntimeFacts {
  readonly version: string;
  readonly apiVersion: string;
  readonly containersRunning: number;
  readonly containersTotal: number;
}

/** A port of the host that a running container is reached by. */
export interface PublishedPort {
  readonly hostIp: string;
  readonly published: number;
  readonly protocol: 'tcp' | 'udp';
  readonly containerName: string;
  /** Whether the container is of this installation. */
  readonly isOwn: boolean;
}

/** What the engine's host has. */
export interface Capacity {
  readonly memoryBytes: number;
  /** Thousand-millionths of a core. */
  readonly nanoCpus: number;
}

/**
 * A container engine. Every call has a deadline of its own and rejects with RuntimeError; a call repeated after a
 * crash or a lost answer is safe: what is done already counts as done.
 */
export interface Runtime extends CleanableEngine, EngineVolumes, MeasurableEngine {
  /** All containers of this installation in one list call, with details of those that changed. */
  observe(): Promise<readonly Instance[]>;
  /** The image a revision shall run, pulled by its policy. Callers that want the same image share one pull. */
  resolveImage(request: ImageRequest): Promise<ResolvedImage>;
  /** Makes sure of the namespace's network. */
  ensureNetwork(namespace: string): Promise<void>;
  /** Removes the namespace's network where no container, stopped or kept, refers to it; else leaves it. */
  releaseNetwork(namespace: string): Promise<void>;
  /** Namespaces that have a network of this installation on this engine. */
  networks(): Promise<readonly string[]>;
  /** Makes a container, or adopts the one of that name with the same identity; returns its id. `name_taken` else. */
  create(request: CreateRequest): Promise<string>;
  /** Starts a container by id or name; one that runs already counts as started. `missing` when there is none. */
  start(idOrName: string): Promise<void>;
  /** Stops a container: the spec's stop signal, then kill after graceMs. One that is stopped or gone counts as stopped. */
  stop(id: string, graceMs: number): Promise<void>;
  /**
   * The user that a container's process is started as, by number; a name is looked up in the container. `config` when
   * nothing there has that name.
   */
  userOf(idOrName: string): Promise<Owner>;
  /** Unpauses a container; one that runs counts as done. */
  unpause(id: string): Promise<void>;
  /** Removes a stopped or never started container with its anonymous volumes; one that is gone counts as removed. */
  remove(id: string): Promise<void>;
  /**
   * Sees to it that a running container is in its namespace's network under just these aliases: it leaves and joins
   * again at the same address, so that connections live on. Done already counts as done.
   */
  connect(id: string, namespace: string, aliases: readonly string[]): Promise<void>;
  /** The lines of one container, oldest first. Ends when the container ends, or at once without follow. */
  logs(id: string, request: LogRequest): AsyncIterable<LogLine>;
  /** Runs a program inside a running container, without a shell, and waits for it up to the deadline. */
  exec(id: string, request: ExecRequest): Promise<ExecResult>;
  /** What happens to this installation's containers, until the signal; rejects when the stream breaks. */
  events(signal: AbortSignalLike): AsyncIterable<RuntimeEvent>;
  facts(): Promise<RuntimeFacts>;
  capacity(): Promise<Capacity>;
  /** What the engine publishes of whichever running containers, its own and strangers'. */
  published(): Promise<readonly PublishedPort[]>;
  /** Rejects with `unavailable` when the engine does not answer. */
  ping(): Promise<void>;
}
