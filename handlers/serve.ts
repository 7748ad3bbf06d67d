/**
 * One endpoint as a plain `(Request) => Promise<Response>`: who calls, may they, is the input valid, and only then the
 * endpoint's own work. Which endpoint a request is for is decided in router.ts, or by whoever serves a single one.
 */
import { hasScope, type Scope } from '../core/access/scope.ts';
import type { Caller } from '../core/access/user.ts';
import { RingError, summaryOf, type Violation } from '../core/errors.ts';
import type { Noting, Once } from '../core/idempotency/once.ts';
import type { Authenticate, Write } from '../core/ports.ts';
import { validate } from '../core/validate.ts';
import type { AnyEndpoint, AnyInput, Reply, Schema } from './endpoint.ts';
import { guardOf } from './guard.ts';
import {
  type HostOptions,
  methodsOf,
  occurrenceOf,
  refuse,
  refuseMethod,
  refusePath,
  respond,
  type Underway,
} from './host.ts';
import { readJson, readOptionalJson, refuseOtherMedia } from './http.ts';
import { locate, matchPath, normalBase, refuseMalformed } from './path.ts';
import { type QueryRead, readQuery } from './query.ts';
import { keyOf, onceFor } from './repeat.ts';

/** What an endpoint needs beside its own ports: unless it is public, someone who knows the callers. */
export type Access<S extends Scope> = S extends 'public' ? unknown : { readonly authenticate: Authenticate };

/** An endpoint with all it needs; without Authenticate only public ones answer. */
export interface Mounted<Ports> {
  readonly endpoint: AnyEndpoint<Ports>;
  readonly ports: Ports;
  readonly authenticate: Authenticate | null;
  /** What a request without a query asks for: the same each time. */
  readonly unasked: QueryRead;
}

/** Puts an endpoint and all it needs together. */
export const mount = <Ports>(
  endpoint: AnyEndpoint<Ports>,
  ports: Ports,
  authenticate: Authenticate | null,
): Mounted<Ports> => ({ endpoint, ports, authenticate, unasked: readQuery(endpoint.query, '') });

/** Serves one endpoint alone, at its own path. Ports it names and that are not given do not compile. Never rejects. */
export const serve = <Ports, S extends Scope>(
  endpoint: AnyEndpoint<Ports, S>,
  ports: NoInfer<Ports> & Access<NoInfer<S>>,
  options: HostOptions = {},
): ((request: Request) => Promise<Response>) => {
  const pattern = normalBase(options.basePath) + endpoint.path;
  const mounted = mount<Ports>(endpoint, ports, authenticateOf(ports));
  return async (request) => {
    const params = matchPath(pattern, locate(request.url).path);
    if (!params) return refusePath(occurrenceOf(request, options), options);
    if (methodsOf([endpoint]).includes(request.method)) return answer(mounted, request, { params, options });
    return refuseMethod([endpoint], occurrenceOf(request, options), options);
  };
};

const authenticateOf = (ports: unknown): Authenticate | null =>
  typeof ports === 'object' &&
  ports !== null &&
  'authenticate' in ports &&
  isFunction<Authenticate>(ports.authenticate)
    ? ports.authenticate
    : null;

/** Whoever names a port gives it its own type. */
const isFunction = <T extends (...given: never) => unknown>(value: unknown): value is T =>
  typeof value === 'function';

/** The parameters of a path, still escaped. */
type RawParams = Readonly<Record<string, string>>;

/** Answers a request to an endpoint whose path was already matched. Never rejects. */
export const answer = async <Ports>(
  mounted: Mounted<Ports>,
  request: Request,
  { params, options }: { readonly params: RawParams; readonly options: HostOptions },
): Promise<Response> => {
  const occurrence = occurrenceOf(request, options, mounted.endpoint.path);
  try {
    const { requireIfMatch = false } = options;
    const reply = await run(mounted, request, { params, occurrence, requireIfMatch });
    return respond(reply, occurrence, options);
  } catch (error) {
    return refuse(error, occurrence, options);
  }
};

/** What is known of a request beside itself. */
interface Setting {
  readonly params: RawParams;
  readonly occurrence: Underway;
  readonly requireIfMatch: boolean;
}

const run = async <Ports>(
  mounted: Mounted<Ports>,
  request: Request,
  { params, occurrence, requireIfMatch }: Setting,
): Promise<Reply<number, unknown>> => {
  const { endpoint, ports, authenticate } = mounted;
  const caller = endpoint.scope === 'public' ? null : await callerOf(request, authenticate);
  if (caller) occurrence.user = caller.username;
  if (caller && !hasScope(caller.role, endpoint.scope)) {
    throw new RingError('FORBIDDEN', `This needs more than the role ${caller.role}`);
  }
  if (endpoint.body && !mayBeLeftOut(endpoint.body)) refuseOtherMedia(request);
  const { sent, valid } = await validInput(mounted, request, params);
  const { requestId } = occurrence;
  // The endpoint's own schemas have just made these what its types say.
  const input: AnyInput = { request, requestId, caller: caller as never, ...valid };
  if (endpoint.method === 'GET') return endpoint.handle(input, ports);
  return change({ endpoint, input, ports }, { caller, sent, requireIfMatch });
};

interface Deed<Ports> {
  readonly endpoint: AnyEndpoint<Ports>;
  readonly input: AnyInput;
  readonly ports: Ports;
}

interface Terms {
  readonly caller: Caller | null;
  /** The body as it came. */
  readonly sent: unknown;
  readonly requireIfMatch: boolean;
}

/** Does what changes something: if what is there is as the caller knows it, and once under a key. */
const change = async <Ports>(
  { endpoint, input, ports }: Deed<Ports>,
  { caller, sent, requireIfMatch }: Terms,
): Promise<Reply<number, unknown>> => {
  const { request, params, body } = input;
  const guard = guardOf(endpoint, { request, requireIfMatch, params, body });
  const work = async (noting: Noting) => {
    const guarded = withWrite(ports, (write) => noting(guard.around(write)));
    const { status, body, headers } = await endpoint.handle(input, guarded);
    return { status, body, headers: { ...guard.headers(), ...headers } };
  };
  // Whoever is nobody yet has nothing done that could be done twice.
  const key = caller && endpoint.method === 'POST' ? keyOf(request) : null;
  if (key === null || caller === null) return work((write) => write);
  return onceFor(key, { request, caller, sent, once: onceOf(ports) }, work);
};

/** The same ports, with another way to write where they have one. */
const withWrite = <Ports>(ports: Ports, around: (write: Write) => Write): Ports =>
  typeof ports === 'object' && ports !== null && 'write' in ports && isFunction<Write>(ports.write)
    ? { ...ports, write: around(ports.write) }
    : ports;

const onceOf = (ports: unknown): Once => {
  if (typeof ports === 'object' && ports !== null && 'once' in ports && isFunction<Once>(ports.once)) {
    return ports.once;
  }
  throw new RingError('INVALID_REQUEST', 'Idempotency-Key: no answers are kept here, so leave it out');
};

const callerOf = async (request: Request, authenticate: Authenticate | null): Promise<Caller> => {
  const [, token] = /^bearer +(\S+)$/i.exec(request.headers.get('authorization')?.trim() ?? '') ?? [];
  if (token === undefined || !authenticate) throw new RingError('UNAUTHORIZED', 'A bearer token is needed');
  const caller = await authenticate(token);
  if (!caller) throw new RingError('UNAUTHORIZED', 'The token is not valid or has ended');
  return caller;
};

const validInput = async <Ports>({ endpoint, unasked }: Mounted<Ports>, request: Request, raw: RawParams) => {
  const { path, search } = locate(request.url);
  refuseMalformed(path);
  const params = endpoint.params
    ? validate(endpoint.params, path.includes('%') ? unescaped(raw) : raw)
    : none;
  const query = search === '' ? unasked : readQuery(endpoint.query, search);
  const sent = endpoint.body ? await readBody(endpoint.body, request) : undefined;
  const body = endpoint.body ? validate(endpoint.body, sent) : none;
  const violations: readonly Violation[] = [
    ...(params.violations ?? []),
    ...query.violations,
    ...(body.violations ?? []),
  ];
  if (violations.length > 0) throw invalid(violations);
  const valid = { params: params.output as never, query: query.output as never, body: body.output as never };
  return { sent, valid };
};

const mayBeLeftOut = ({ type }: Schema): boolean => type === 'optional';

const readBody = (schema: Schema, request: Request): Promise<unknown> =>
  mayBeLeftOut(schema) ? readOptionalJson(request) : readJson(request);

const none = { output: undefined, violations: undefined };

const unescaped = (raw: RawParams): Record<string, string> =>
  Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, decodeURIComponent(value)]));

/** A reply stays readable, whatever was sent. */
const mostViolations = 100;

const invalid = (violations: readonly Violation[]): RingError =>
  new RingError('INVALID_REQUEST', summaryOf(violations), {
    violations: violations.slice(0, mostViolations),
  });
