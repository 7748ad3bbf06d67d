/**
 * `Idempotency-Key`: a POST that is repeated under its key gets the stored reply and is not carried out again.
 * core/idempotency decides on storage.
 */
import type { Caller } from '../core/access/user.ts';
import { RingError } from '../core/errors.ts';
import type { KeptReply, Once, RecordDone } from '../core/idempotency/once.ts';
import { Json } from '../core/json.ts';
import { type Reply, reply } from './endpoint.ts';
import { locate } from './path.ts';

/** A request that may be repeated. */
export interface RepeatableRequest {
  readonly request: Request;
  readonly caller: Caller;
  /** The body as it was sent. */
  readonly sent: unknown;
}

/** Returns the key of a request; null without one. INVALID_REQUEST for an invalid key. */
export const keyOf = ({ headers }: Request): string | null => {
  const given = headers.get('idempotency-key');
  if (given === null) return null;
  const key = /^"([^"\\]*)"$/.exec(given.trim())?.[1] ?? given.trim();
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new RingError(
    'INVALID_REQUEST',
    'Idempotency-Key must have 1 to 255 visible characters without spaces, such as a UUID',
  );
};

/** Does the work once for a key. A repeated reply is marked with `idempotency-replayed`. */
export const onceFor = async (
  key: string,
  { request, caller, sent, once }: RepeatableRequest & { readonly once: Once },
  work: (recordDone: RecordDone) => Promise<Reply<number, unknown>>,
): Promise<Reply<number, unknown>> => {
  const { path, search } = locate(request.url);
  const content = JSON.stringify([request.method, path, search, sorted(sent)]);
  const done = await once({ caller: caller.userId, key, content }, async (recordDone) =>
    kept(await work(recordDone)),
  );
  const { status, headers, body } = done.reply;
  return reply(status, body === null ? null : new Json(body), {
    ...headers,
    ...(done.isRepeated ? { 'idempotency-replayed': 'true' } : {}),
  });
};

/** Streams cannot be stored; no POST replies with one. */
const kept = ({ status, body, headers }: Reply<number, unknown>): KeptReply => {
  if (body instanceof ReadableStream) throw new Error('A stream cannot be stored for replay');
  const text = body instanceof Json ? body.text : JSON.stringify(body);
  return { status, headers: { ...headers }, body: body === null ? null : text };
};

/** Sorts the members of objects, so that equal bodies have equal texts. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return ['list', ...value.map(sorted)];
  if (typeof value !== 'object' || value === null) return value ?? null;
  const members = Object.entries(value).map(([key, member]) => [key, sorted(member)] as const);
  return ['object', ...members.sort(([one], [other]) => (one < other ? -1 : 1))];
};
