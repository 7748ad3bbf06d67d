/**
 * The types of the client, derived from the list of endpoints: the parameters of a call and its result. Types only;
 * client.ts does the work.
 */
import type * as v from 'valibot';
import type { ByteStream, Schema, Streamed, Written } from './endpoint.ts';
import type { Endpoints } from './routes.ts';

/** The parts that an endpoint may have. */
interface Described {
  readonly params?: Schema | undefined;
  readonly query?: Schema | undefined;
  readonly body?: Schema | undefined;
  readonly replies: object;
}

type InputOf<S> = NonNullable<S> extends Schema ? v.InferInput<NonNullable<S>> : never;

/** Parameters in a URL may be given as values instead of texts. */
type AsMeant<T> = T extends readonly (infer Item)[]
  ? readonly Item[]
  : [T] extends ['true' | 'false']
    ? T | boolean
    : string extends T
      ? T | number
      : T;

type Texts<T> = { readonly [K in keyof T]: AsMeant<Exclude<T[K], undefined>> | Extract<T[K], undefined> };

type None = Readonly<Record<never, never>>;

type ParamsPart<S> = [InputOf<S>] extends [never] ? None : { readonly params: Texts<InputOf<S>> };

type QueryPart<S> = [InputOf<S>] extends [never]
  ? None
  : None extends InputOf<S>
    ? { readonly query?: Texts<InputOf<S>> | undefined }
    : { readonly query: Texts<InputOf<S>> };

type BodyPart<S> = [InputOf<S>] extends [never]
  ? None
  : undefined extends InputOf<S>
    ? { readonly body?: InputOf<S> }
    : { readonly body: InputOf<S> };

/** Options of any call. */
export interface CallOptions {
  /** Such as `if-match` or `idempotency-key`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The parameters of a call of this endpoint. */
export type Call<E extends Described> = ParamsPart<E['params']> &
  QueryPart<E['query']> &
  BodyPart<E['body']> &
  CallOptions & { readonly accept?: undefined };

/** Requests the stream of a streamed endpoint; the second form is equivalent to the first. */
type StreamCall<E extends Described> = Omit<Call<E>, 'accept' | 'query'> &
  (
    | (QueryPart<E['query']> & { readonly accept: 'text/event-stream' })
    | { readonly query: Texts<InputOf<E['query']>> & { readonly follow: true }; readonly accept?: undefined }
  );

type BodyOf<S> =
  S extends Streamed<infer T>
    ? T
    : S extends Written
      ? string
      : S extends v.GenericSchema<unknown, infer T>
        ? T
        : never;

/** A successful reply; header names are case-insensitive. */
export interface ClientReply<Status, Body> {
  readonly status: Status;
  readonly body: Body;
  readonly headers: Headers;
}

type ReplyOf<R> = { [S in keyof R & number]: ClientReply<S, BodyOf<R[S]>> }[keyof R & number];

type Arguments<C> = None extends C ? [call?: C] : [call: C];

type Plain<E extends Described> = (...call: Arguments<Call<E>>) => Promise<ReplyOf<E['replies']>>;

interface Streaming<E extends Described> {
  (call: StreamCall<E>): Promise<ClientReply<200, ByteStream>>;
  (call: Call<E>): Promise<ReplyOf<E['replies']>>;
}

type IsStreamed<R> = Extract<R[keyof R], Streamed<unknown>> extends never ? false : true;

type MethodOf<E extends Described> = IsStreamed<E['replies']> extends true ? Streaming<E> : Plain<E>;

/** One method for each endpoint, named like the endpoint. */
export type Client = { readonly [Name in keyof Endpoints]: MethodOf<Endpoints[Name]> };
