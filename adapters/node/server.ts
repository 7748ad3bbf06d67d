/**
 * The standalone HTTP server: where it listens, how long it waits for slow clients, and how it stops. listener.ts
 * answers the requests.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { RingError } from '../../core/errors.ts';
import type { NodeListener } from './listener.ts';
import { rawProblem, refuseRequest } from './problem-response.ts';

/** The address and the timeouts of the server. */
export interface ServerOptions {
  readonly host: string;
  /** The port; 0 selects a free one. */
  readonly port: number;
  /** The maximum time for all headers of a request to arrive, in ms. */
  readonly headersTimeoutMs?: number;
  /** The maximum time for a whole request to arrive, in ms. */
  readonly requestTimeoutMs?: number;
  /** How long a connection may stay open on which nothing is asked, in ms. */
  readonly idleTimeoutMs?: number;
}

/** A listening server. */
export interface OpenServer {
  /** The server's URL, such as `http://127.0.0.1:3030`. */
  readonly url: string;
  readonly port: number;
  /** Accepts no more connections, waits for requests in progress, and after graceMs cuts the remaining ones. */
  close(graceMs: number): Promise<void>;
}

// Longer in ms than any regular reply takes to begin, including a write that waits for an hour.
const silentMs = 65 * 60_000;
const checkEveryMs = 1_000;

/** Listens; rejects with an error that says what to do when that fails. */
export const openServer = async (listener: NodeListener, options: ServerOptions): Promise<OpenServer> => {
  let closing = false;
  const idleTimeoutMs = options.idleTimeoutMs ?? 65_000;
  const server = createServer(
    {
      headersTimeout: options.headersTimeoutMs ?? 10_000,
      requestTimeout: options.requestTimeoutMs ?? 60_000,
      connectionsCheckingInterval: checkEveryMs,
      keepAliveTimeout: idleTimeoutMs,
      noDelay: true,
      // Node's own refusal has no body, so the listener refuses requests without a Host.
      requireHostHeader: false,
    },
    (request, response) => {
      if (closing) response.shouldKeepAlive = false;
      request.url = toPath(request.url ?? '/');
      listener(request, response);
    },
  );
  server.setTimeout(silentMs);
  const connections = watchConnections(server);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Clients open connections ahead of their requests. A refusal would be read as the answer to a request that is
    // just being sent, so a connection that has brought nothing is idle, not slow.
    if (error.code !== 'ERR_HTTP_REQUEST_TIMEOUT' || !isUnused(socket)) return refuse(error, socket);
    const timer = setTimeout(() => isUnused(socket) && socket.destroy(), idleTimeoutMs);
    socket.once('close', () => clearTimeout(timer));
  });
  server.on('checkExpectation', refuseExpectation);
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    port,
    async close(graceMs) {
      closing = true;
      await end(server, connections, graceMs);
    },
  };
};

/** Removes the origin from a request target: clients may send the whole URL, as to a proxy. */
function toPath(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}

function listen(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new Error(`Cannot listen on ${host}:${port}: ${reason(error)}`, { cause: error }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'the port is in use. Choose another by --port or RING_PORT';
  if (error.code === 'EACCES') return 'not permitted. Choose a port above 1023';
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return 'this machine has no such address. Choose another by --host or RING_HOST';
  }
  return error.message;
}

async function end(server: Server, connections: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const deadline = new AbortController();
  const sweep = async () => {
    // A connection becomes idle only after its reply has been read.
    const until = performance.now() + graceMs;
    while (!deadline.signal.aborted && performance.now() < until) {
      server.closeIdleConnections();
      for (const socket of connections) if (isUnused(socket)) socket.destroy();
      await pause(25, undefined, { signal: deadline.signal }).catch(() => undefined);
    }
    server.closeAllConnections();
  };
  const sweeping = sweep();
  await closed;
  deadline.abort();
  await sweeping;
}

function watchConnections(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  return connections;
}

const isUnused = ({ bytesRead }: Socket): boolean => bytesRead === 0;

/** Answers invalid HTTP, or a request that arrived too slowly, with a problem and closes the connection. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  const untouched = socket.bytesWritten === 0;
  if (error.code === 'ECONNRESET' || !socket.writable || !untouched) socket.destroy();
  else socket.end(rawProblem(problemOf(error.code)));
}

function problemOf(code: string | undefined): RingError {
  if (code === 'HPE_HEADER_OVERFLOW') return new RingError('HEADERS_TOO_LARGE', 'The headers are too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new RingError('REQUEST_TIMEOUT', 'The request did not arrive in time');
  }
  return new RingError('INVALID_REQUEST', 'The request is not valid HTTP');
}

function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const error = new RingError('EXPECTATION_FAILED', 'Expect: only 100-continue is known');
  refuseRequest(error, request, response);
}
