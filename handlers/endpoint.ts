/**
 * The shape of an endpoint and of its reply. Types, and functions that return their argument; serve.ts and router.ts
 * run endpoints.
 */
import type * as v from 'valibot';
import type { Scope } from '../core/access/scope.ts';
import type { Caller } from '../core/access/user.ts';
import type { Json } from '../core/json.ts';
import type { Stores } from '../core/ports.ts';

/** Methods of endpoints; HEAD is served with each GET. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Validates input and documents output. */
export type Schema = v.GenericSchema<unknown, unknown>;

/** The schema of a query: its entries name the known keys. */
export type QuerySchema = Schema & { readonly entries: Readonly<Record<string, unknown>> };

/** A reply whose body is JSON, or a stream of the same items in another media type. */
export interface Streamed<T> {
  readonly mediaType: string;
  readonly json: v.GenericSchema<T>;
}

/** Declares a reply that is streamed on request and plain JSON otherwise. */
export const streamed = <T>(mediaType: string, json: v.GenericSchema<T>): Streamed<T> => ({
  mediaType,
  json,
});

/** A reply that is text in its own media type instead of JSON; the handler names it in `content-type` too. */
export interface Written {
  readonly mediaType: string;
  readonly json?: undefined;
}

/** Declares a reply that is text. */
export const written = (mediaType: string): Written => ({ mediaType });

/** The replies of an endpoint: a schema for each success status. */
export type Replies = Readonly<Record<number, Schema | Streamed<unknown> | Written>>;

/** Headers of a reply, in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** A status with its body, as plain data. */
export interface Reply<Status extends number, Body> {
  readonly status: Status;
  readonly body: Body;
  readonly headers: Headers;
}

/** A stream of bytes. */
export type ByteStream = ReadableStream<Uint8Array>;

/** Makes a reply; its status and body must be among those the endpoint declares. */
export const reply = <const Status extends number, const Body>(
  status: Status,
  body: Body,
  headers: Headers = {},
): Reply<Status, Body> => ({ status, body, headers });

/** Lists may be read-only, or text that was made before. */
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

/** The validated input of an endpoint. */
export interface Input<S extends Scope, Params, Query, Body> {
  /** For its headers and its signal; the body has already been read. */
  readonly request: Request;
  readonly requestId: string;
  /** The address of the connection; null when the host does not report it. */
  readonly remoteAddress: string | null;
  readonly params: OutputOf<Params>;
  readonly query: OutputOf<Query>;
  readonly body: OutputOf<Body>;
  readonly caller: CallerOf<S>;
}

/** The resource that a request concerns. */
export interface Target {
  readonly method: Method;
  /** The id in the path; null when the request creates it. */
  readonly id: string | null;
  /** The name and namespace in the body. */
  readonly given: {
    readonly name?: string | undefined;
    readonly namespace?: string | undefined;
    readonly username?: string | undefined;
  };
}

/** Returns the tag of the target from these stores; null when it does not exist. */
export type TagOf = (target: Target, stores: Stores) => Promise<string | null>;

/** An endpoint: its route, scope, schemas and handler, with the ports that the handler needs. */
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
  /** JSON; an optional schema makes the body optional. */
  readonly body?: Body;
  readonly replies: R;
  /** For a resource that can be changed: enables `If-Match`. */
  readonly tag?: TagOf;
  /**
   * A property, not a method, so that a handler whose ports are missing does not compile. serve.ts wraps its `write`:
   * transactions also check preconditions and record the Idempotency-Key.
   */
  readonly handle: (input: Input<S, Params, Query, Body>, ports: Ports) => Promise<ReplyOf<R>>;
}

/** Any endpoint that these ports satisfy. */
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

/** The input of an unknown endpoint: only what its own schemas validated fits. */
export interface AnyInput {
  readonly request: Request;
  readonly requestId: string;
  readonly remoteAddress: string | null;
  readonly params: never;
  readonly query: never;
  readonly body: never;
  readonly caller: never;
}

/** Declares an endpoint and infers its types. */
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
