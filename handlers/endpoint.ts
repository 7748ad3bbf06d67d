/**
 * The shape of an endpoint and of its reply. Types only, and two functions that return what they are given: what
 * happens to an endpoint is decided in serve.ts and router.ts.
 */
import type * as v from 'valibot';
import type { Scope } from '../core/access/scope.ts';
import type { Caller } from '../core/access/user.ts';
import type { Json, Stores } from '../core/ports.ts';

/** Methods of endpoints; HEAD comes with each GET. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Validates what comes in, documents what goes out. */
export type Schema = v.GenericSchema<unknown, unknown>;

/** A query's schema: its entries say which keys are known. */
export type QuerySchema = Schema & { readonly entries: Readonly<Record<string, unknown>> };

/** A reply whose body is JSON, or a stream of the same items in a media type of its own. */
export interface Streamed<T> {
  readonly mediaType: string;
  readonly json: v.GenericSchema<T>;
}

/** Declares a reply that is streamed on demand and plain JSON otherwise. */
export const streamed = <T>(mediaType: string, json: v.GenericSchema<T>): Streamed<T> => ({
  mediaType,
  json,
});

/** A reply that is no JSON but text in a media type of its own; the handler names it in `content-type` too. */
export interface Written {
  readonly mediaType: string;
  readonly json?: undefined;
}

/** Declares a reply that is text. */
export const written = (mediaType: string): Written => ({ mediaType });

/** What an endpoint can answer: a schema for each status of success. */
export type Replies = Readonly<Record<number, Schema | Streamed<unknown> | Written>>;

/** Headers of a reply, in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** A status with its body, as plain data. */
export interface Reply<Status extends number, Body> {
  readonly status: Status;
  readonly body: Body;
  readonly headers: Headers;
}

/** Bytes on their way. */
export type ByteStream = ReadableStream<Uint8Array>;

/** Makes a reply; its status and body must be among those the endpoint declares. */
export const reply = <const Status extends number, const Body>(
  status: Status,
  body: Body,
  headers: Headers = {},
): Reply<Status, Body> => ({ status, body, headers });

/** Lists may be handed out read-only, and as text that was made before. */
type Sendable<T> = T extends readonly (infer Item)[] ? readonly Item[] | Json<readonly Item[]> : T | Json<T>;

type BodyOf<S> =
  S extends Streamed<infer T>
    ? Sendable<T> | ByteStream
    : S extends Written
      ? string
      : S extends v.GenericSchema<unknown, infer T>
        ? Sendable<T>
        : never;

type ReplyOf<R extends Replies> = { [S in keyof R & number]: Reply<S, BodyOf<R[S]>> }[keyof R & number];

type OutputOf<S> = S extends Schema ? v.InferOutput<S> : undefined;

type CallerOf<S extends Scope> = S extends 'public' ? null : Caller;

/** What an endpoint is handed: all of it validated. */
export interface Input<S extends Scope, Params, Query, Body> {
  /** For its headers and its signal; the body has been read. */
  readonly request: Request;
  readonly requestId: string;
  /** The other end of the connection; null where the host does not say. */
  readonly remoteAddress: string | null;
  readonly params: OutputOf<Params>;
  readonly query: OutputOf<Query>;
  readonly body: OutputOf<Body>;
  readonly caller: CallerOf<S>;
}

/** The thing that a request is about. */
export interface Target {
  readonly method: Method;
  /** As the path says; null where the request makes it. */
  readonly id: string | null;
  /** What the body says of its name. */
  readonly given: {
    readonly name?: string | undefined;
    readonly namespace?: string | undefined;
    readonly username?: string | undefined;
  };
}

/** The tag of what a request is about, as it stands in these stores; null where it is not there. */
export type TagOf = (target: Target, stores: Stores) => Promise<string | null>;

/** An endpoint: where it is, who may call it, what it takes and gives, and what it does with which ports. */
export interface Endpoint<
  Ports,
  M extends Method,
  Path extends string,
  S extends Scope,
  Params extends Schema | undefined,
  Query extends QuerySchema | undefined,
  Body extends Schema | undefined,
  R extends Replies,
> {
  readonly method: M;
  /** As in `/deployments/:id`. */
  readonly path: Path;
  readonly scope: S;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  /** JSON; an optional schema: it may be left out. */
  readonly body?: Body;
  readonly replies: R;
  /** Of what can be changed: who asks for a state of it by `If-Match` gets it changed only there. */
  readonly tag?: TagOf;
  /**
   * A property and not a method: so a handler whose ports are not given does not compile. The `write` it is handed is
   * wrapped by serve.ts: its transactions also check preconditions and record the Idempotency-Key.
   */
  readonly handle: (input: Input<S, Params, Query, Body>, ports: Ports) => Promise<ReplyOf<R>>;
}

/** Any endpoint that can do with these ports. */
export interface AnyEndpoint<Ports, S extends Scope = Scope> {
  readonly method: Method;
  readonly path: string;
  readonly scope: S;
  readonly summary: string;
  readonly params?: Schema | undefined;
  readonly query?: QuerySchema | undefined;
  readonly body?: Schema | undefined;
  readonly replies: Replies;
  readonly tag?: TagOf | undefined;
  readonly handle: (input: AnyInput, ports: Ports) => Promise<Reply<number, unknown>>;
}

/** The input of an endpoint that is not known: only what was validated by its own schemas fits. */
export interface AnyInput {
  readonly request: Request;
  readonly requestId: string;
  readonly remoteAddress: string | null;
  readonly params: never;
  readonly query: never;
  readonly body: never;
  readonly caller: never;
}

/** Declares an endpoint; the types of its parts are taken from what is written. */
export const endpoint = <
  Ports,
  const M extends Method,
  const Path extends string,
  const S extends Scope,
  R extends Replies,
  Params extends Schema | undefined = undefined,
  Query extends QuerySchema | undefined = undefined,
  Body extends Schema | undefined = undefined,
>(
  definition: Endpoint<Ports, M, Path, S, Params, Query, Body, R>,
): Endpoint<Ports, M, Path, S, Params, Query, Body, R> => definition;
