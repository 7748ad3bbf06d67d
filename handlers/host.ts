/** What the host of the endpoints brings, and how every answer leaves through it: with the request's id, or as a problem. */
import { RingError } from '../core/errors.ts';
import type { Headers, Reply } from './endpoint.ts';
import { send, standardResponse, type ToResponse } from './http.ts';
import { locate } from './path.ts';
import { type Occurrence, problemOf, ringErrorOf, statusOf } from './problems.ts';

/** What the host of endpoints may bring. */
export interface HostOptions {
  /** Path below which everything stands, such as `/ring`; the default is none. */
  readonly basePath?: string | undefined;
  readonly toResponse?: ToResponse | undefined;
  /** Told of every failure that is not the caller's fault, with what must not be shown to callers. */
  readonly onError?: ((error: unknown, occurrence: Occurrence) => void) | undefined;
  /** Whether PUT, PATCH and DELETE change what is there only with `If-Match`; the default is no. */
  readonly requireIfMatch?: boolean | undefined;
  /** Told of each request as it comes; what it gives back is told how that was answered. */
  readonly onRequest?: ((occurrence: Occurrence) => (answered: Answered) => void) | undefined;
  /** Names requests that bring no `x-request-id` of their own. */
  readonly newRequestId?: (() => string) | undefined;
}

/** What the host knows of a request that the request itself does not say. */
export interface RequestSource {
  /** The other end of the connection: a proxy where there is one. */
  readonly remoteAddress?: string | undefined;
}

/** How a request was answered; of a stream, how it began. */
export interface Answered {
  /** The path of its endpoint as that declares it; null where there is none. */
  readonly route: string | null;
  readonly status: number;
  /** Who called, by name; null where that is not known. */
  readonly user: string | null;
}

/** A request that is being answered. */
export interface RequestInProgress extends Occurrence {
  readonly route: string | null;
  /** Noted once it is known who calls. */
  user: string | null;
  readonly done: ((answered: Answered) => void) | undefined;
}

/** The id of a request: the `x-request-id` it was given where that is well formed, else a new one. */
export const requestIdOf = (given: string | null, newRequestId: () => string): string =>
  given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : newRequestId();

/** Which request this is: its own `x-request-id` where that is sane, else a new one; and which endpoint it is for. */
export const occurrenceOf = (
  request: Request,
  { newRequestId = () => crypto.randomUUID(), onRequest }: HostOptions,
  route: string | null = null,
): RequestInProgress => {
  const { path } = locate(request.url);
  const { method } = request;
  const requestId = requestIdOf(request.headers.get('x-request-id'), newRequestId);
  return { method, path, requestId, route, user: null, done: onRequest?.({ method, path, requestId }) };
};

/** Sends a reply. */
export const respond = (
  reply: Reply<number, unknown>,
  occurrence: RequestInProgress,
  { toResponse = standardResponse, onError }: HostOptions,
): Response => {
  const response = send(reply, {
    toResponse,
    requestId: occurrence.requestId,
    headOnly: occurrence.method === 'HEAD',
    report: (error) => onError?.(error, occurrence),
  });
  const { route, user, done } = occurrence;
  done?.({ route, status: reply.status, user });
  return response;
};

/** Answers with the problem that was thrown, and tells the host where it was not the caller's fault. */
export const refuse = (
  thrown: unknown,
  occurrence: RequestInProgress,
  options: HostOptions & { readonly headers?: Headers },
): Response => {
  const error = ringErrorOf(thrown);
  if (statusOf[error.code] >= 500) options.onError?.(thrown, occurrence);
  const problem = problemOf(error, occurrence);
  return respond({ ...problem, headers: { ...problem.headers, ...options.headers } }, occurrence, options);
};

/** The methods that a path with these endpoints answers to. */
export const methodsOf = (endpoints: readonly { readonly method: string }[]): readonly string[] =>
  endpoints.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).sort();

/** Answers 405 and says which methods there are. */
export const refuseMethod = (
  endpoints: readonly { readonly method: string }[],
  occurrence: RequestInProgress,
  options: HostOptions,
): Response => {
  const allow = methodsOf(endpoints).join(', ');
  const error = new RingError(
    'METHOD_NOT_ALLOWED',
    `${occurrence.method} is not possible here, only ${allow}`,
  );
  return refuse(error, occurrence, { ...options, headers: { allow } });
};

/** Answers 404 for a path where no endpoint is. */
export const refusePath = (occurrence: RequestInProgress, options: HostOptions): Response =>
  refuse(new RingError('ROUTE_NOT_FOUND', 'There is no such endpoint'), occurrence, options);
