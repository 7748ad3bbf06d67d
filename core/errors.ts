/**
 * The only error class of Ring: a code from a closed list, a message that is safe to show, and the violations of an
 * invalid input. handlers/problems.ts maps codes to HTTP.
 */

/** Every code a RingError can carry. Adding one breaks the build until handlers/problems.ts gives it a status. */
export type ErrorCode =
  | 'INVALID_REQUEST'
  | 'MALFORMED_BODY'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'REQUEST_TIMEOUT'
  | 'EXPECTATION_FAILED'
  | 'HEADERS_TOO_LARGE'
  | 'UNAUTHORIZED'
  | 'INVALID_CREDENTIALS'
  | 'FORBIDDEN'
  | 'POLICY_VIOLATION'
  | 'ROUTE_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'DEPLOYMENT_NOT_FOUND'
  | 'DEPLOYMENT_EXISTS'
  | 'DEPLOYMENT_BEING_DELETED'
  | 'DEPLOYMENT_CHANGED'
  | 'REVISION_NOT_FOUND'
  | 'NOTHING_TO_ROLL_BACK_TO'
  | 'INSTANCE_NOT_FOUND'
  | 'USER_NOT_FOUND'
  | 'USER_EXISTS'
  | 'LAST_ADMIN'
  | 'CONFIG_NOT_FOUND'
  | 'CONFIG_EXISTS'
  | 'RUN_NOT_FOUND'
  | 'RUN_UNDER_WAY'
  | 'SECRET_NOT_FOUND'
  | 'SECRET_EXISTS'
  | 'SECRET_IN_USE'
  | 'CONFIG_IN_USE'
  | 'NAMESPACE_NOT_FOUND'
  | 'NAMESPACE_EXISTS'
  | 'NAMESPACE_NOT_EMPTY'
  | 'VOLUME_NOT_FOUND'
  | 'VOLUME_EXISTS'
  | 'VOLUME_IN_USE'
  | 'PORT_IN_USE'
  | 'PRECONDITION_FAILED'
  | 'PRECONDITION_REQUIRED'
  | 'IDEMPOTENCY_KEY_IN_FLIGHT'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IDEMPOTENCY_REPLY_LOST'
  | 'RECONCILER_BUSY'
  | 'LEASE_LOST'
  | 'TOO_MANY_REQUESTS'
  | 'TOO_MANY_STREAMS'
  | 'DATABASE_UNAVAILABLE'
  | 'ENGINE_UNAVAILABLE'
  | 'INTERNAL';

/**
 * One violation of an input: its location (a JSON pointer into the body, or `?key` for a query) and how to correct it.
 */
export interface Violation {
  readonly pointer: string;
  readonly message: string;
}

/** Records one {@link Violation}. */
export type Say = (pointer: string, message: string) => void;

/** Optional details of an error. */
export interface ErrorDetails {
  readonly violations?: readonly Violation[];
  /** Seconds after which a retry makes sense. */
  readonly retryAfterSeconds?: number;
  /** For the log only, never shown. */
  readonly cause?: unknown;
}

/** An error whose code is stable and whose message may be shown to any caller. */
export class RingError extends Error {
  override readonly name = 'RingError';
  readonly code: ErrorCode;
  readonly violations: readonly Violation[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.violations = details.violations ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** Summarizes violations in one sentence: the first one, and the number of the others. */
export const summaryOf = (violations: readonly Violation[]): string => {
  const [first] = violations;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : '';
  return `${first?.pointer || 'The body'}: ${first?.message}${more}`;
};

/** Makes the INVALID_REQUEST error for these violations; its message names the first. */
export const invalidRequest = (violations: readonly Violation[]): RingError =>
  new RingError('INVALID_REQUEST', summaryOf(violations), { violations });
