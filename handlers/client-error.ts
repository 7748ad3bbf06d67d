/** The error of a failed call of the client: refused by Ring, server not reachable, or an unexpected reply. */
import type { ErrorCode, Violation } from '../core/errors.ts';
import type { Problem } from './problems.ts';

/** Ring's own codes; UNREACHABLE when nothing answered, UNEXPECTED_REPLY when the reply is not from this API. */
export type ClientErrorCode = ErrorCode | 'UNREACHABLE' | 'UNEXPECTED_REPLY';

/**
 * `refused`: Ring refused the request; `unreachable`: no reply, or an incomplete one; `unexpected`: a reply of
 * something else; `unsent`: the request was never sent.
 */
export type ClientErrorKind = 'refused' | 'unreachable' | 'unexpected' | 'unsent';

/** The details of a failure. */
export interface ClientFailure {
  readonly kind: ClientErrorKind;
  readonly code: ClientErrorCode;
  readonly status?: number | undefined;
  readonly violations?: readonly Violation[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly requestId?: string | undefined;
  readonly body?: unknown;
  readonly cause?: unknown;
}

/** A call that failed. `message` is one sentence that may be shown. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly kind: ClientErrorKind;
  readonly code: ClientErrorCode;
  /** null when nothing answered. */
  readonly status: number | null;
  /** The violations of the request, by JSON pointer or `?key`. */
  readonly violations: readonly Violation[];
  /** Seconds after which a retry makes sense; null when the server does not say. */
  readonly retryAfterSeconds: number | null;
  /** Identifies the request in the server's log. */
  readonly requestId: string | null;
  /** The body of the reply, JSON parsed. */
  readonly body: unknown;

  constructor(message: string, failure: ClientFailure) {
    super(message, { cause: failure.cause });
    this.kind = failure.kind;
    this.code = failure.code;
    this.status = failure.status ?? null;
    this.violations = failure.violations ?? [];
    this.retryAfterSeconds = failure.retryAfterSeconds ?? null;
    this.requestId = failure.requestId ?? null;
    this.body = failure.body;
  }
}

/** Makes the error for a reply without success. */
export const refusal = (response: Response, body: unknown): ClientError => {
  const { status, headers } = response;
  const requestId = headers.get('x-request-id') ?? undefined;
  const known = { status, body, requestId, retryAfterSeconds: secondsOf(headers.get('retry-after')) };
  if (isProblem(body)) {
    const violations = body.errors?.map(({ pointer, detail }) => ({ pointer, message: detail }));
    return new ClientError(body.error, { ...known, kind: 'refused', code: body.code, violations });
  }
  const location = headers.get('location');
  const where = location === null ? '' : ` and points to ${location}`;
  const message = `The server answers with ${status}${where}, which is not Ring's: is the URL right?`;
  return new ClientError(message, { ...known, kind: 'unexpected', code: 'UNEXPECTED_REPLY' });
};

/** Makes the error for a successful reply whose body is not what its content type says. */
export const unreadable = ({ status, headers }: Response, cause: unknown): ClientError =>
  new ClientError('The reply cannot be read as what this API sends: is the URL right?', {
    kind: 'unexpected',
    code: 'UNEXPECTED_REPLY',
    status,
    cause,
    requestId: headers.get('x-request-id') ?? undefined,
  });

/** Makes the error for a server that does not answer, or not completely. */
export const unreachable = (url: string, cause: unknown): ClientError =>
  new ClientError(`${shown(url)} does not answer: ${wordsOf(cause).replaceAll(url, shown(url))}`, {
    kind: 'unreachable',
    code: 'UNREACHABLE',
    cause,
  });

/** Makes the error for a request whose URL would mean another resource. */
export const unsent = (pointer: string, message: string): ClientError =>
  new ClientError(`${pointer}: ${message}`, {
    kind: 'unsent',
    code: 'INVALID_REQUEST',
    violations: [{ pointer, message }],
  });

/** Removes the password from a URL. */
const shown = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);

const wordsOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return 'no reason is known';
  const { cause } = thrown;
  if (cause instanceof Error) return wordsOf(cause);
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  return thrown.message || code || thrown.name;
};

type ProblemLike = Pick<Problem, 'error' | 'code'> & Partial<Pick<Problem, 'errors'>>;

const isProblem = (body: unknown): body is ProblemLike =>
  typeof body === 'object' &&
  body !== null &&
  'error' in body &&
  typeof body.error === 'string' &&
  'code' in body &&
  typeof body.code === 'string' &&
  (!('errors' in body) || Array.isArray(body.errors));

const secondsOf = (text: string | null): number | undefined =>
  text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
