/**
 * Serves one endpoint as a plain `(Request) => Promise<Response>`: authenticates and authorizes the caller, validates
 * the input, and runs the endpoint. router.ts selects the endpoint.
 */
import { hasScope, type Scope } from '../core/access/scope.ts';
import type { Caller } from '../core/access/user.ts';
import { RingError } from '../core/errors.ts';
import type { Once, RecordDone } from '../core/idempotency/once.ts';
import type { Authenticate, Write } from '../core/ports.ts';
import type { AnyEndpoint, AnyInput, Reply } from './endpoint.ts';
import {
  type HostOptions,
  methodsOf,
  occurrenceOf,
  type RequestInProgress,
  type RequestSource,
  refuse,
  refuseMethod,
  refusePath,
  respond,
} from './host.ts';
import { keyOf, onceFor } from './idempotency-key.ts';
import { type RawParams, readInput } from './input.ts';
import { locate, matchPath, normalBase } from './path.ts';
import { preconditionsOf } from './preconditions.ts';
import { type QueryRead, readQuery } from './query.ts';

/** The ports that an endpoint needs besides its own: unless it is public, one that authenticates callers. */
export type Access<S extends Scope> = S extends 'public' ? unknown : { readonly authenticate: Authenticate };

/** The optional ports that serving an endpoint uses itself. */
export interface ServingPorts {
  /** Without it only public endpoints are served. */
  readonly authenticate?: Authenticate;
  /** Without it requests with an `Idempotency-Key` are refused. */
  readonly once?: Once;
  /** Passed to the endpoint with preconditions, tag and key around each transaction. */
  readonly write?: Write;
}

/** An endpoint with everything it needs. */
export interface Mounted<Ports> {
  readonly endpoint: AnyEndpoint<Ports>;
  readonly ports: Ports & ServingPorts;
  /** The parsed empty query, which is always the same. */
  readonly emptyQuery: QueryRead;
}

/** Combines an endpoint with everything it needs. */
export const mount = <Ports>(
  endpoint: AnyEndpoint<Ports>,
  ports: NoInfer<Ports> & ServingPorts,
): Mounted<Ports> => ({ endpoint, ports, emptyQuery: readQuery(endpoint.query, '') });

/** Serves a single endpoint at its own path. Missing ports do not compile. Never rejects. */
export const serve = <Ports, S extends Scope>(
  endpoint: AnyEndpoint<Ports, S>,
  ports: NoInfer<Ports> & Access<NoInfer<S>> & ServingPorts,
  options: HostOptions = {},
): ((request: Request, source?: RequestSource) => Promise<Response>) => {
  const pattern = normalBase(options.basePath) + endpoint.path;
  const mounted = mount<Ports>(endpoint, ports);
  return async (request, source) => {
    const params = matchPath(pattern, locate(request.url).path);
    if (!params) return refusePath(occurrenceOf(request, options), options);
    if (methodsOf([endpoint]).includes(request.method)) {
      return answer(mounted, request, { params, options, source });
    }
    return refuseMethod([endpoint], occurrenceOf(request, options), options);
  };
};

/** The context of a request, and the options of the host. */
export interface AnswerContext {
  readonly params: RawParams;
  readonly options: HostOptions;
  readonly source?: RequestSource | undefined;
}

/** Runs the endpoint for a request whose path was already matched. Never rejects. */
export const answer = async <Ports>(
  mounted: Mounted<Ports>,
  request: Request,
  { params, options, source }: AnswerContext,
): Promise<Response> => {
  const occurrence = occurrenceOf(request, options, mounted.endpoint.path);
  try {
    const { requireIfMatch = false } = options;
    const remoteAddress = source?.remoteAddress ?? null;
    const reply = await run(mounted, request, { params, occurrence, requireIfMatch, remoteAddress });
    return respond(reply, occurrence, options);
  } catch (error) {
    return refuse(error, occurrence, options);
  }
};

interface RequestContext {
  readonly params: RawParams;
  readonly remoteAddress: string | null;
  readonly occurrence: RequestInProgress;
  readonly requireIfMatch: boolean;
}

const run = async <Ports>(
  mounted: Mounted<Ports>,
  request: Request,
  { params, occurrence, requireIfMatch, remoteAddress }: RequestContext,
): Promise<Reply<number, unknown>> => {
  const { endpoint, ports } = mounted;
  const caller = endpoint.scope === 'public' ? null : await callerOf(request, ports.authenticate);
  if (caller) occurrence.user = caller.username;
  if (caller && !hasScope(caller.role, endpoint.scope)) {
    throw new RingError('FORBIDDEN', `The role ${caller.role} does not allow this`);
  }
  const { sent, valid } = await readInput(mounted, request, params);
  const { requestId } = occurrence;
  // The scope determines whether there is a caller, as the endpoint's types do.
  const input: AnyInput = { request, requestId, remoteAddress, caller: caller as never, ...valid };
  if (endpoint.method === 'GET') return endpoint.handle(input, ports);
  return change(mounted, input, { caller, sent, requireIfMatch });
};

interface ChangeContext {
  readonly caller: Caller | null;
  /** The body as it was sent. */
  readonly sent: unknown;
  readonly requireIfMatch: boolean;
}

/**
 * Runs an endpoint that changes something, with its `write` wrapped: each transaction first checks the request's
 * preconditions and records its Idempotency-Key, and provides the new tag for the reply.
 */
const change = async <Ports>(
  { endpoint, ports }: Mounted<Ports>,
  input: AnyInput,
  { caller, sent, requireIfMatch }: ChangeContext,
): Promise<Reply<number, unknown>> => {
  const { request, params, body } = input;
  const { once, write } = ports;
  const preconditions = preconditionsOf(endpoint, { request, requireIfMatch, params, body });
  const work = async (recordDone: RecordDone) => {
    const wrapped = write ? { ...ports, write: recordDone(preconditions.wrap(write)) } : ports;
    const { status, body, headers } = await endpoint.handle(input, wrapped);
    return { status, body, headers: { ...preconditions.headers(), ...headers } };
  };
  // Public endpoints have no caller, so they have no idempotency keys.
  const key = caller && endpoint.method === 'POST' ? keyOf(request) : null;
  if (key === null || caller === null) return work((unrecorded) => unrecorded);
  if (!once) {
    throw new RingError('INVALID_REQUEST', 'Idempotency-Key: this server stores no replies, so leave it out');
  }
  return onceFor(key, { request, caller, sent, once }, work);
};

const callerOf = async (request: Request, authenticate: Authenticate | undefined): Promise<Caller> => {
  const [, token] = /^bearer +(\S+)$/i.exec(request.headers.get('authorization')?.trim() ?? '') ?? [];
  if (token === undefined || !authenticate) throw new RingError('UNAUTHORIZED', 'A bearer token is needed');
  const caller = await authenticate(token);
  if (!caller) throw new RingError('UNAUTHORIZED', 'The token is not valid or has expired');
  return caller;
};
