/** Why a call of the client failed, in one error whatever the reason: refused by Ring, not reached, or no answer of Ring's. */
import type { ErrorCode, Violation } from '../core/errors.ts';
import type { Problem } from './problems.ts';

/** Ring's own codes; UNREACHABLE where nothing answered, UNEXPECTED_REPLY where what answered is not this API. */
export type ClientErrorCode = ErrorCode | 'UNREACHABLE' | 'UNEXPECTED_REPLY';

/** `refused`: Ring said no; `unreachable`: nothing or half an answer came; `unexpected`: an answer of something else; `unsent`: never asked. */
export type ClientErrorKind = 'refused' | 'unreachable' | 'unexpected' | 'unsent';

/** What is known of a failure. */
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
  /** null where nothing answered. */
  readonly status: number | null;
  /** What was wrong with the request, by JSON pointer or `?key`. */
  readonly violations: readonly Violation[];
  /** Seconds after which another try makes sense; null where the server does not say. */
  readonly retryAfterSeconds: number | null;
  /** For the server's log. */
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

/** The error for a reply that is no success. */
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

/** The error for a reply of success whose body is not what it says it is. */
export const unreadable = ({ status, headers }: Response, cause: unknown): ClientError =>
  new ClientError('The reply cannot be read as what this API sends: is the URL right?', {
    ...{ kind: 'unexpected', code: 'UNEXPECTED_REPLY', status, cause },
    requestId: headers.get('x-request-id') ?? undefined,
  });

/** The error for a server that does not answer, or not to the end. */
export const unreachable = (url: string, cause: unknown): ClientError =>
  new ClientError(`${shown(url)} does not answer: ${wordsOf(cause).replaceAll(url, shown(url))}`, {
    ...{ kind: 'unreachable', code: 'UNREACHABLE', cause },
  });

/** The error for a request that would have meant another one. */
export const unsent = (pointer: string, message: string): ClientError =>
  new ClientError(`${pointer}: ${message}`, {
    ...{ kind: 'unsent', code: 'INVALID_REQUEST', violations: [{ pointer, message }] },
  });

/** A URL may hold a password. */
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
