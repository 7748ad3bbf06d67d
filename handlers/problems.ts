/**
 * Converts anything thrown to a problem body (RFC 9457), which also contains `{error, code}`. Messages of errors that
 * are not Ring's own are hidden.
 */
import * as v from 'valibot';
import { type ErrorCode, RingError } from '../core/errors.ts';
import { RuntimeError } from '../core/runtime-error.ts';
import { type Headers, type Reply, reply } from './endpoint.ts';

/** The status of every code; a code without one does not compile. */
export const statusOf = {
  INVALID_REQUEST: 400,
  MALFORMED_BODY: 400,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  REQUEST_TIMEOUT: 408,
  EXPECTATION_FAILED: 417,
  HEADERS_TOO_LARGE: 431,
  UNAUTHORIZED: 401,
  INVALID_CREDENTIALS: 401,
  FORBIDDEN: 403,
  POLICY_VIOLATION: 403,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  DEPLOYMENT_NOT_FOUND: 404,
  DEPLOYMENT_EXISTS: 409,
  DEPLOYMENT_BEING_DELETED: 409,
  DEPLOYMENT_CHANGED: 409,
  REVISION_NOT_FOUND: 404,
  NOTHING_TO_ROLL_BACK_TO: 409,
  INSTANCE_NOT_FOUND: 404,
  USER_NOT_FOUND: 404,
  USER_EXISTS: 409,
  LAST_ADMIN: 409,
  CONFIG_NOT_FOUND: 404,
  CONFIG_EXISTS: 409,
  RUN_NOT_FOUND: 404,
  RUN_UNDER_WAY: 409,
  SECRET_NOT_FOUND: 404,
  SECRET_EXISTS: 409,
  SECRET_IN_USE: 409,
  CONFIG_IN_USE: 409,
  NAMESPACE_NOT_FOUND: 404,
  NAMESPACE_EXISTS: 409,
  NAMESPACE_NOT_EMPTY: 409,
  VOLUME_NOT_FOUND: 404,
  VOLUME_EXISTS: 409,
  VOLUME_IN_USE: 409,
  PORT_IN_USE: 409,
  PRECONDITION_FAILED: 412,
  PRECONDITION_REQUIRED: 428,
  IDEMPOTENCY_KEY_IN_FLIGHT: 409,
  IDEMPOTENCY_KEY_REUSED: 422,
  IDEMPOTENCY_REPLY_LOST: 409,
  RECONCILER_BUSY: 409,
  LEASE_LOST: 503,
  TOO_MANY_REQUESTS: 429,
  TOO_MANY_STREAMS: 503,
  DATABASE_UNAVAILABLE: 503,
  ENGINE_UNAVAILABLE: 503,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, number>;

const titles: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Authentication is needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'The request took too long',
  409: 'Conflict',
  412: 'The precondition does not hold',
  413: 'The body is too large',
  415: 'Unsupported media type',
  417: 'The expectation cannot be met',
  422: 'The request cannot be repeated like this',
  428: 'A precondition is needed',
  429: 'Too many requests',
  431: 'The headers are too large',
  500: 'Internal error',
  503: 'Unavailable',
};

/** The members of a problem's body. */
export const problemEntries = {
  error: v.string(),
  code: v.picklist(Object.keys(statusOf) as ErrorCode[]),
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  /** The path of the request. */
  instance: v.string(),
  errors: v.array(v.object({ pointer: v.string(), detail: v.string() })),
  request_id: v.string(),
};

const problem = v.object(problemEntries);

/** The body of every error. */
export interface Problem extends v.InferOutput<typeof problem> {}
/** Documents a {@link Problem}. */
export const Problem: v.GenericSchema<Problem> = problem;

/** The request in which an error happened. */
export interface Occurrence {
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
}

/** Returns the error to show for anything thrown. */
export const ringErrorOf = (thrown: unknown): RingError => {
  if (thrown instanceof RingError) return thrown;
  if (thrown instanceof RuntimeError) {
    if (thrown.kind === 'missing')
      return new RingError('INSTANCE_NOT_FOUND', 'The container is gone', { cause: thrown });
    return new RingError('ENGINE_UNAVAILABLE', 'The container engine does not answer', { cause: thrown });
  }
  return new RingError('INTERNAL', 'Internal server error', { cause: thrown });
};

/** Returns the problem body of an error. */
export const problemBody = (error: RingError, { path, requestId }: Occurrence): Problem => {
  const status = statusOf[error.code];
  return {
    error: error.message,
    code: error.code,
    type: `urn:ring:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: titles[status] ?? 'Error',
    status,
    detail: error.message,
    instance: path,
    errors: error.violations.map(({ pointer, message }) => ({ pointer, detail: message })),
    request_id: requestId,
  };
};

/** Returns the headers for an error's status: how to authenticate, when to retry, or that the connection is closed. */
export const problemHeaders = (error: RingError): Headers => {
  const status = statusOf[error.code];
  const retryAfter = error.retryAfterSeconds ?? (status === 429 ? 1 : status === 503 ? 5 : undefined);
  return {
    'content-type': 'application/problem+json',
    ...(status === 401 ? { 'www-authenticate': challenge(error.code) } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) }),
    // The rest of an oversized body is still arriving and must not be taken for the next request.
    ...(status === 413 ? { connection: 'close' } : {}),
  };
};

const challenge = (code: ErrorCode): string =>
  code === 'INVALID_CREDENTIALS' ? 'Bearer realm="ring", error="invalid_grant"' : 'Bearer realm="ring"';

/** Returns the reply for an error. */
export const problemOf = (error: RingError, occurrence: Occurrence): Reply<number, Problem> =>
  reply(statusOf[error.code], problemBody(error, occurrence), problemHeaders(error));
