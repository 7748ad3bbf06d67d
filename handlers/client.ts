/**
 * The package's entry point `ring-orchestrator/client`: one typed method for each endpoint, over fetch. At run time it
 * knows only the routes (routes.ts): it imports no schema and no library.
 */

import { ClientError, refusal, unreachable, unreadable, unsent } from './client-error.ts';
import type { Call, CallOptions, Client } from './client-types.ts';
import { routes } from './routes.ts';

export { ClientError, type ClientErrorCode, type ClientErrorKind } from './client-error.ts';
export type { Client } from './client-types.ts';

/** The server and the credentials of a client. */
export interface ClientOptions {
  /** Where Ring is, base path included, such as `https://ring.example.com/ring`. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  /** Used instead of the platform's fetch. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

/** Any call as it is sent; the types of {@link Call} have checked its parts. */
interface AnyCall extends CallOptions {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly accept?: string | undefined;
}

interface AnyReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/**
 * Makes a client of one server. A method resolves with the status, body and headers of a success, and rejects with
 * {@link ClientError} otherwise; a call whose signal aborts rejects with the signal's reason. A streamed endpoint
 * called with `accept: 'text/event-stream'`, or with `follow` in its query, resolves with the stream as body.
 */
export function makeClient(options: ClientOptions): Client;
export function makeClient(options: ClientOptions): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(routes).map(([name, route]) => {
      const [method = '', path = ''] = route.split(' ');
      return [name, (call: AnyCall = {}) => perform({ method, path }, call, options)];
    }),
  );
}

const eventStream = 'text/event-stream';

const perform = async (
  route: { readonly method: string; readonly path: string },
  call: AnyCall,
  options: ClientOptions,
): Promise<AnyReply> => {
  const follows = call.accept === eventStream || String(call.query?.follow) === 'true';
  const query = follows ? { ...call.query, follow: true } : call.query;
  const url = options.url.replace(/\/+$/, '') + filled(route.path, call.params) + searchOf(query);
  const init = initOf(route.method, follows ? { ...call, accept: eventStream } : call, options.token);
  const response = await ask(url, init, options);
  const isStream = response.headers.get('content-type')?.startsWith(eventStream) === true;
  const { status, headers } = response;
  if (response.ok && follows && isStream) return { status, body: response.body, headers };
  if (isStream) await response.body?.cancel();
  if (response.ok && isStream !== follows) throw unreadable(response, undefined);
  const body = await bodyOf(response, url, call.signal);
  if (!response.ok) throw refusal(response, body);
  return { status, body, headers };
};

const ask = async (url: string, init: RequestInit, options: ClientOptions): Promise<Response> => {
  const send = options.fetch ?? fetch;
  try {
    return await send(url, init);
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw unreachable(url, cause);
  }
};

/** Redirects are not followed, because a POST would become a GET and the token could be sent elsewhere. */
const initOf = (method: string, call: AnyCall, token: string | undefined): RequestInit => ({
  method,
  redirect: 'manual',
  headers: {
    accept: call.accept ?? 'application/json, */*;q=0.5',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...call.headers,
  },
  ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  ...(call.signal ? { signal: call.signal } : {}),
});

/** Fills the parameters into a path; an empty one, or `..`, would change the path's meaning. */
const filled = (path: string, params: AnyCall['params'] = {}): string =>
  path.replaceAll(/:(\w+)/g, (_whole, name: string) => {
    const value = String(params[name] ?? '');
    if (value === '' || value === '.' || value === '..') {
      throw unsent(`/${name}`, value === '' ? 'must not be empty' : `must not be ${value}`);
    }
    return encodeURIComponent(value);
  });

const searchOf = (query: AnyCall['query'] = {}): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
    for (const one of values) search.append(key, String(one));
  }
  return search.size === 0 ? '' : `?${search}`;
};

/** The error for a reply without its body: coded as a reset connection, since the request may have been carried out. */
const cutShort = (): Error =>
  Object.assign(new Error('the reply ended before its body'), { code: 'ECONNRESET' });

const bodyOf = async (response: Response, url: string, signal: AbortSignal | undefined): Promise<unknown> => {
  const text = await response.text().catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw unreachable(url, cause);
  });
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  if (text === '' && isJson && response.ok) throw unreachable(url, cutShort());
  if (text === '') return null;
  if (!isJson) return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!response.ok) return text;
    throw unreadable(response, cause);
  }
};
