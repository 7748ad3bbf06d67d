/** The errors of a container engine, whichever it is. Adapters decide which kind an engine's answer is. */

/** Why the engine refused a request. Each kind maps to one status (core/deployment/status.ts). */
export type RuntimeErrorKind =
  /** Not reachable, no answer in time, or an answer unrelated to the request: the outcome is unknown. */
  | 'unavailable'
  | 'image_not_found'
  | 'image_denied'
  | 'image_rate_limited'
  | 'image_unreachable'
  /** The revision is pinned to a local image that no longer exists. */
  | 'image_gone'
  /** The container's name belongs to a container of something else. */
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
  /** The engine rejects the configuration. */
  | 'config'
  /** The container with this id does not exist. */
  | 'missing'
  | 'other';

/** An error of the engine. The message is safe to show: no credentials, no environment. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly kind: RuntimeErrorKind;
  /** Seconds after which a retry makes sense, when the engine or registry reported them. */
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
