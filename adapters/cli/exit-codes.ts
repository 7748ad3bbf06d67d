/**
 * The exit codes of commands: one number for each kind of result, and one table from error codes to those numbers.
 * failure.ts formats errors.
 */
import type { ClientErrorCode } from '../../handlers/client.ts';

/** Every exit code, by its meaning. */
export const exits = {
  ok: 0,
  error: 1,
  /** There are changes, or the requested state has not been reached yet. */
  changes: 2,
  unreachable: 3,
  unauthorised: 4,
  notFound: 5,
  conflict: 6,
  /** The rollout or the job failed. */
  failed: 7,
  interrupted: 130,
} as const;

/** One of {@link exits}. */
export type ExitCode = (typeof exits)[keyof typeof exits];

/** The exit code of every error of the client; a code without one does not compile. */
export const exitOf = {
  INVALID_REQUEST: exits.error,
  MALFORMED_BODY: exits.error,
  BODY_TOO_LARGE: exits.error,
  UNSUPPORTED_MEDIA_TYPE: exits.error,
  REQUEST_TIMEOUT: exits.error,
  EXPECTATION_FAILED: exits.error,
  HEADERS_TOO_LARGE: exits.error,
  UNAUTHORIZED: exits.unauthorised,
  INVALID_CREDENTIALS: exits.unauthorised,
  FORBIDDEN: exits.unauthorised,
  POLICY_VIOLATION: exits.unauthorised,
  // Not "not found": a wrong URL must not look like a deployment that is gone.
  ROUTE_NOT_FOUND: exits.error,
  METHOD_NOT_ALLOWED: exits.error,
  DEPLOYMENT_NOT_FOUND: exits.notFound,
  DEPLOYMENT_EXISTS: exits.conflict,
  DEPLOYMENT_BEING_DELETED: exits.conflict,
  DEPLOYMENT_CHANGED: exits.conflict,
  REVISION_NOT_FOUND: exits.notFound,
  NOTHING_TO_ROLL_BACK_TO: exits.conflict,
  INSTANCE_NOT_FOUND: exits.notFound,
  USER_NOT_FOUND: exits.notFound,
  USER_EXISTS: exits.conflict,
  LAST_ADMIN: exits.conflict,
  CONFIG_NOT_FOUND: exits.notFound,
  CONFIG_EXISTS: exits.conflict,
  RUN_NOT_FOUND: exits.notFound,
  RUN_UNDER_WAY: exits.conflict,
  SECRET_NOT_FOUND: exits.notFound,
  SECRET_EXISTS: exits.conflict,
  SECRET_IN_USE: exits.conflict,
  CONFIG_IN_USE: exits.conflict,
  NAMESPACE_NOT_FOUND: exits.notFound,
  NAMESPACE_EXISTS: exits.conflict,
  NAMESPACE_NOT_EMPTY: exits.conflict,
  VOLUME_NOT_FOUND: exits.notFound,
  VOLUME_EXISTS: exits.conflict,
  VOLUME_IN_USE: exits.conflict,
  PORT_IN_USE: exits.conflict,
  PRECONDITION_FAILED: exits.conflict,
  PRECONDITION_REQUIRED: exits.conflict,
  IDEMPOTENCY_KEY_IN_FLIGHT: exits.conflict,
  IDEMPOTENCY_KEY_REUSED: exits.conflict,
  IDEMPOTENCY_REPLY_LOST: exits.conflict,
  RECONCILER_BUSY: exits.conflict,
  LEASE_LOST: exits.error,
  TOO_MANY_REQUESTS: exits.error,
  TOO_MANY_STREAMS: exits.error,
  DATABASE_UNAVAILABLE: exits.error,
  ENGINE_UNAVAILABLE: exits.error,
  INTERNAL: exits.error,
  UNREACHABLE: exits.unreachable,
  // Something else answered, such as a proxy while Ring is down.
  UNEXPECTED_REPLY: exits.unreachable,
} as const satisfies Record<ClientErrorCode, ExitCode>;

/** The table as `--help` shows it. */
export const exitHelp = [
  'Exit codes:',
  '  0    done                        5    not found',
  '  1    an error                    6    a conflict',
  '  2    changes, or more to come    7    the rollout or the job failed',
  '  3    server not reachable        130  ended by Ctrl-C',
  '  4    not logged in, or not allowed',
].join('\n');
