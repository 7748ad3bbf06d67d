/**
 * The options of the host that serves the endpoints, and the helpers through which every reply is sent, with the
 * request's id or as a problem.
 */
import { RingError } from '../core/errors.ts';
import type { Headers, Reply } from './endpoint.ts';
import { send, standardResponse, type ToResponse } from './http.ts';
import { locate } from './path.ts';
import { type Occurrence, problemOf, ringErrorOf, statusOf } from './problems.ts';

/** The options of the host of endpoints. */
export interface HostOptions {
  /** The path below which all endpoints are served, such as `/ring`; none by default. */
  readonly basePath?: string | undefined;
  readonly toResponse?: ToResponse | undefined;
  /** Called for every failure that is not the caller's fault, with details that callers must not see. */
  readonly onError?: ((error: unknown, occurrence: Occurrence) => void) | undefined;
  /** Whether PUT, PATCH and DELETE change existing resources only with `If-Match`; no by default. */
  readonly requireIfMatch?: boolean | undefined;
  /** Called for each request; the function that it returns is called with the reply. */
  readonly onRequest?: ((occurrence: Occurrence) => (answered: Answered) => void) | undefined;
  /** Makes ids for requests without an `x-request-id` of their own. */
  readonly newRequestId?: (() => string) | undefined;
}

/** What the host knows about a request that the request itself does not contain. */
export interface RequestSource {
  /** The address of the connection: a proxy's when there is one. */
  readonly remoteAddress?: string | undefined;
}

/** How a request was answered; for a stream, how it began. */
export interface Answered {
  /** The path pattern of its endpoint; null without one. */
  readonly route: string | null;
  readonly status: number;
  /** The caller's name; null when unknown. */
  readonly user: string | null;
}

/** A request in progress. */
export interface RequestInProgress extends Occurrence {
  readonly route: string | null;
  /** Set once the caller is known. */
  user: string | null;
  readonly done: ((answered: Answered) => void) | undefined;
}

/** Returns the id of a request: its `x-request-id` when well-formed, else a new one. */
export const requestIdOf = (given: string | null, newRequestId: () => string): string =>
  given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : newRequestId();

/** Identifies a request: its id, and the endpoint it is for. */
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

/** Sends the problem for an error, and reports it to the host when it is not the caller's fault. */
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

/** Returns the methods of a path with these endpoints. */
export const methodsOf = (endpoints: readonly { readonly method: string }[]): readonly string[] =>
  endpoints.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).sort();

/** Sends 405 with the allowed methods. */
export const refuseMethod = (
  endpoints: readonly { readonly method: string }[],
  occurrence: RequestInProgress,
  options: HostOptions,
): Response => {
  const allow = methodsOf(endpoints).join(', ');
  const error = new RingError(
    'METHOD_NOT_ALLOWED',
    `${occurrence.method} is not allowed here, only ${allow}`,
  );
  return refuse(error, occurrence, { ...options, headers: { allow } });
};

/** Sends 404 for a path without an endpoint. */
export const refusePath = (occurrence: RequestInProgress, options: HostOptions): Response =>
  refuse(new RingError('ROUTE_NOT_FOUND', 'There is no such endpoint'), occurrence, options);
