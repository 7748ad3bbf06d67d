/**
 * Converts between Node's requests and responses and the web-standard ones, for node:http and every framework built on
 * it. The handlers decide what is answered; no thrown error is ever shown.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Response as FastResponse } from '@whatwg-node/fetch';
import { createServerAdapter } from '@whatwg-node/server';
import { defaultPassword } from '../../core/access/default-password.ts';
import { RingError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import type { RequestSource } from '../../handlers/host.ts';
import { ringErrorOf } from '../../handlers/problems.ts';
import { refuseRequest } from './problem-response.ts';

/** Answers one request; never rejects with an error that may be shown. */
export type Handle = (request: Request, source: RequestSource) => Promise<Response>;
/** A request listener for node:http. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void;
type Headers = Readonly<Record<string, string>>;
type Body = string | ReadableStream<Uint8Array> | null;

const stalledMs = 60_000;
// The host becomes a part of the URL passed to the handlers, before the path, so it must not contain anything that ends
// it.
const wellFormedHost = /^[\w.:[\]-]*$/;
// Hosts that are not looked up in DNS, so that no one can redirect them.
const localHost = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])(?::\d*)?$/i;

/** A response that keeps its original body, so that it is written to the socket without being read back. */
class SocketResponse extends FastResponse {
  readonly head: Headers;
  readonly payload: Body;

  constructor(status: number, payload: Body, head: Headers) {
    super(null, { status });
    this.head = head;
    this.payload = payload;
  }
}

/** Makes the responses that {@link makeListener} writes fastest. */
export const toSocketResponse = (status: number, body: Body, headers: Headers): Response =>
  new SocketResponse(status, body, headers);

/** Whether requests may use any host name for Ring, and not only `localhost` or an address. */
export type AcceptsNames = () => Promise<boolean>;

/**
 * Makes a listener for node:http, Express, Koa and, with `reply.hijack()`, Fastify. While names are not accepted, a web
 * page cannot reach Ring through a name of its own that resolves to this machine (DNS rebinding).
 */
export const makeListener = (
  handle: Handle,
  log: Log,
  acceptsNames: AcceptsNames = async () => true,
): NodeListener => {
  // Set explicitly, because detecting it would load all of Node's own fetch.
  const adapter = createServerAdapter<RequestSource>(handle, { __useCustomAbortCtrl: true });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let answered: Response | null = null;
    try {
      if (!localHost.test(request.headers.host ?? '')) {
        const fault = await faultOfHost(request, acceptsNames);
        if (fault) return refuseRequest(fault, request, response);
      }
      const source = { remoteAddress: request.socket.remoteAddress };
      answered = await adapter.handleNodeRequestAndResponse(bare(request), response, source);
      await send(answered, response);
    } catch (error) {
      log.error('A request could not be answered', { ...known(request, answered), error: asError(error) });
      refuseRequest(ringErrorOf(error), request, response);
    }
  };
  return (request, response) => {
    void answer(request, response);
  };
};

/** Returns why a request is refused because of its host; null when it is accepted. */
async function faultOfHost(
  { headers: { host }, httpVersion }: IncomingMessage,
  acceptsNames: AcceptsNames,
): Promise<RingError | null> {
  if (host === undefined) {
    return httpVersion === '1.1' ? new RingError('INVALID_REQUEST', 'The Host header is missing') : null;
  }
  if (!wellFormedHost.test(host)) return new RingError('INVALID_REQUEST', 'The Host header is malformed');
  if (await acceptsNames()) return null;
  return new RingError(
    'FORBIDDEN',
    `A user's password is still "${defaultPassword}": until it is changed, use localhost or an IP address as Host`,
  );
}

/** Returns what may be logged of a failed request: not its query, which may contain anything. */
function known({ method, url = '' }: IncomingMessage, answered: Response | null) {
  const requestId = answered && headOf(answered)['x-request-id'];
  return { method, path: url.split('?', 1)[0], ...(requestId ? { requestId } : {}) };
}

/**
 * Returns only what the adapter needs. Express's own request would have its parsed query appended to the URL, where
 * `namespace[]=a&namespace[]=b` becomes one text.
 */
function bare(request: IncomingMessage) {
  const method = request.method ?? 'GET';
  return { raw: request, method, headers: request.headers, ...parsedBody(request) };
}

/** Returns a body that the host has parsed already as its original text; leaves an unread stream untouched. */
function parsedBody(request: IncomingMessage & { body?: unknown }): { body?: string } {
  const { body } = request;
  if (body === undefined || body === null || !request.readableDidRead) return {};
  if (typeof body === 'string') return { body };
  return { body: body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : JSON.stringify(body) };
}

const headOf = (answered: Response): Headers =>
  answered instanceof SocketResponse ? answered.head : Object.fromEntries(answered.headers);

async function send(answered: Response, response: ServerResponse): Promise<void> {
  if (response.destroyed || response.writableEnded) {
    await cancel(answered);
    return;
  }
  const head = headOf(answered);
  const payload = answered instanceof SocketResponse ? answered.payload : answered.body;
  if (payload === null || typeof payload === 'string') {
    const bodiless = payload === null || answered.status === 204 || answered.status === 304;
    const length = bodiless ? {} : { 'content-length': Buffer.byteLength(payload) };
    await atEndOfTurn(() => {
      if (!response.destroyed) response.writeHead(answered.status, { ...head, ...length }).end(payload);
    });
    return;
  }
  response.writeHead(answered.status, head);
  response.flushHeaders();
  await pump(payload, response);
}

/**
 * Delays a write to the end of this turn of the event loop, after all requests of the turn: clients are woken once for
 * all responses, and waking one costs more than answering it.
 */
const atEndOfTurn = (write: () => void): Promise<void> =>
  new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        resolve(write());
      } catch (error) {
        reject(error);
      }
    });
  });

async function cancel(answered: Response): Promise<void> {
  const payload = answered instanceof SocketResponse ? answered.payload : answered.body;
  if (payload instanceof ReadableStream) await payload.cancel().catch(() => undefined);
}

/**
 * Writes a stream at the client's pace. The source is notified when the client disconnects or stops reading. When the
 * source fails, the connection is cut, so that the client does not take a part for the whole.
 */
async function pump(stream: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = stream.getReader();
  const leave = () => void reader.cancel().catch(() => undefined);
  response.once('close', leave);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || response.destroyed) break;
      if (!response.write(value)) await drained(response);
    }
    response.end();
  } finally {
    response.off('close', leave);
  }
}

/**
 * Resolves when more can be written or the connection is closed; a client that reads nothing for a minute is
 * disconnected.
 */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      response.off('drain', end).off('close', end);
      resolve();
    };
    const timer = setTimeout(() => response.destroy(), stalledMs);
    response.on('drain', end).on('close', end);
  });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
