/** HTTP details: reads JSON bodies within limits, sends replies, and guards streams. */
import { RingError } from '../core/errors.ts';
import { Json } from '../core/json.ts';
import type { ByteStream, Headers, Reply } from './endpoint.ts';
import { Later } from './later.ts';

/** Makes the host's Response; a host may have a faster one than the platform's. */
export type ToResponse = (status: number, body: string | ByteStream | null, headers: Headers) => Response;

/** The platform's own Response. */
export const standardResponse: ToResponse = (status, body, headers) =>
  new Response(body, { status, headers });

/** The maximum size of a request body, in bytes. */
const mostBodyBytes = 1_048_576;
const mostDepth = 32;

/** Rejects anything except JSON in UTF-8 with UNSUPPORTED_MEDIA_TYPE, before the body is read. */
export const refuseOtherMedia = (request: Request): void => {
  const [type = '', ...parameters] = (request.headers.get('content-type') ?? '').toLowerCase().split(';');
  const json = /^application\/([a-z0-9.-]+\+)?json$/.test(type.trim());
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  if (json && (charset === undefined || /^charset="?utf-?8"?$/.test(charset))) return;
  throw new RingError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json in UTF-8');
};

/** Reads a JSON body. BODY_TOO_LARGE over the limit, MALFORMED_BODY when it is empty, not JSON or nested too deeply. */
export const readJson = async (request: Request): Promise<unknown> => {
  const text = await readText(request);
  if (text.trim() === '') throw new RingError('MALFORMED_BODY', 'The body is empty: JSON is expected');
  return shallowValue(text);
};

/** Reads an optional JSON body: undefined for an empty body of any type. */
export const readOptionalJson = async (request: Request): Promise<unknown> => {
  const text = await readText(request);
  if (text.trim() === '') return undefined;
  refuseOtherMedia(request);
  return shallowValue(text);
};

const shallowValue = (text: string): unknown => {
  const value = parse(text);
  if (isDeeper(value, mostDepth)) {
    throw new RingError('MALFORMED_BODY', `The body is nested more than ${mostDepth} levels deep`);
  }
  return value;
};

const readText = async ({ headers, body }: Request): Promise<string> => {
  const announced = headers.has('transfer-encoding') ? 0 : Number(headers.get('content-length') ?? 0);
  if (announced > mostBodyBytes) throw tooLarge();
  if (!body) return '';
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  // Read to the end before it is judged, because unread data would corrupt the connection's next request.
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let chunk = await next(reader); chunk; chunk = await next(reader)) {
    bytes += chunk.byteLength;
    if (bytes > mostBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return decode(chunks, bytes);
};

const next = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> => {
  try {
    const { done, value } = await reader.read();
    return done ? undefined : value;
  } catch (cause) {
    throw new RingError('MALFORMED_BODY', 'The body is incomplete', { cause });
  }
};

const decode = (chunks: readonly Uint8Array[], bytes: number): string => {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(whole);
  } catch {
    throw new RingError('MALFORMED_BODY', 'The body is not UTF-8');
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message repeats parts of the body, which may hold a secret.
    throw new RingError('MALFORMED_BODY', 'The body is not valid JSON');
  }
};

const tooLarge = () => new RingError('BODY_TOO_LARGE', `The body is larger than ${mostBodyBytes} bytes`);

const isDeeper = (value: unknown, most: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (most === 0 || Object.values(value).some((inner) => isDeeper(inner, most - 1)));

/** How a reply is sent. */
export interface Sending {
  readonly toResponse: ToResponse;
  readonly requestId: string;
  /** HEAD: everything but the body. */
  readonly headOnly: boolean;
  /** Called when a stream's source fails after the reply has started. */
  readonly report: (error: unknown) => void;
}

/**
 * Turns a reply into the host's Response: text in its own media type unchanged, streams guarded, everything else as
 * JSON.
 */
export const send = (
  { status, body: given, headers }: Reply<number, unknown>,
  sending: Sending,
): Response => {
  const body = given instanceof Later ? given.stream : given;
  const all: Record<string, string> = { 'cache-control': 'no-store', 'x-request-id': sending.requestId };
  if (body !== null) all['content-type'] = 'application/json';
  for (const name in headers) all[name] = headers[name] ?? '';
  if (body instanceof ReadableStream) {
    if (sending.headOnly) void body.cancel().catch(sending.report);
    if (sending.headOnly) return sending.toResponse(status, null, all);
    const isEventStream = all['content-type']?.startsWith('text/event-stream') === true;
    return sending.toResponse(status, guarded(body, { report: sending.report, isEventStream }), all);
  }
  return sending.toResponse(status, sending.headOnly ? null : textOf(body, headers), all);
};

const textOf = (body: unknown, headers: Headers): string | null => {
  if (body === null) return null;
  if (typeof body === 'string' && headers['content-type']?.startsWith('text/')) return body;
  return body instanceof Json ? body.text : JSON.stringify(body);
};

/**
 * Wraps a stream that is read only as the client reads. When its source fails, an event stream ends, so that its reader
 * reconnects; any other body is aborted, so that a part is not taken for the whole.
 */
const guarded = (
  source: ByteStream,
  { report, isEventStream }: Pick<Sending, 'report'> & { readonly isEventStream: boolean },
): ByteStream => {
  const reader = source.getReader();
  let open = true;
  const fail = (error: unknown, controller: ReadableStreamDefaultController<Uint8Array>): void => {
    report(error);
    if (!open) return;
    open = false;
    if (isEventStream) controller.close();
    // The reason is only for the log.
    else controller.error(new Error('The body was interrupted'));
  };
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    try {
      const chunk = await reader.read();
      if (!open) return;
      if (!chunk.done) return controller.enqueue(chunk.value);
      open = false;
      controller.close();
    } catch (error) {
      fail(error, controller);
    }
  };
  const cancel = async (reason: unknown): Promise<void> => {
    open = false;
    await reader.cancel(reason).catch(report);
  };
  return new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 0 });
};
