/**
 * A proxy before a registry that injects faults on demand: it refuses requests, limits their rate, stops in the middle
 * of a blob, or is unreachable. registry.ts runs the registry itself.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';

/** Which requests a fault is about. */
export type Part = 'ping' | 'manifests' | 'blobs' | 'token';

/** What is answered in the registry's stead. */
export interface Refusal {
  readonly status: number;
  /** The registry's own form of an error; without one the body is `text`. */
  readonly error?: { readonly code: string; readonly message: string };
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A registry's front, and how it behaves from now on. */
export interface RegistryProxy {
  readonly port: number;
  /** All requests so far as `METHOD /path`. */
  readonly requests: readonly string[];
  /** When each of them came (ms, monotonic). */
  readonly times: readonly number[];
  /** Answers requests of that part like this. */
  refuse(part: Part, refusal: Refusal): void;
  /** Asks for this name and password (Basic) before it answers anything. */
  demand(username: string, password: string): void;
  /** Passes on about so many bytes of each blob, and the rest when it behaves again; the connections stay. */
  stall(afterBytes: number): void;
  /** How many blobs are held back. */
  holding(): number;
  /** Behaves again. */
  behave(): void;
  /** Is not there until it comes back. */
  vanish(): Promise<void>;
  comeBack(): Promise<void>;
}

interface Manner {
  readonly refusals: Map<Part, Refusal>;
  demanded: string | null;
  stallAfter: number | null;
  /** Lets go of the blobs that are held back. */
  readonly held: (() => void)[];
}

const partOf = (url: string): Part | null => {
  if (/^\/v2\/?$/.test(url)) return 'ping';
  if (url.startsWith('/token')) return 'token';
  return (['manifests', 'blobs'] as const).find((part) => url.includes(`/${part}/`)) ?? null;
};

const answer = (response: ServerResponse, { status, error, text = '', headers = {} }: Refusal): void => {
  const body = error ? JSON.stringify({ errors: [error] }) : text;
  const type = error ? 'application/json' : 'text/html';
  response.writeHead(status, { 'content-type': type, ...headers }).end(body);
};

const unauthorized: Refusal = {
  status: 401,
  error: { code: 'UNAUTHORIZED', message: 'authentication required' },
  headers: { 'www-authenticate': 'Basic realm="test"' },
};

/** Passes a blob on, or holds it back after its beginning. */
const pass = (from: IncomingMessage, to: ServerResponse, manner: Manner): void => {
  let bytes = 0;
  to.on('error', () => undefined);
  to.once('close', () => from.destroy());
  from.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    to.write(chunk);
    if (manner.stallAfter === null || bytes < manner.stallAfter) return;
    from.pause();
    manner.held.push(() => from.resume());
  });
  from.on('end', () => to.end());
};

/** Opens a proxy before the registry at `upstream` (a port of this machine). */
export const openRegistryProxy = async (
  upstream: number,
): Promise<RegistryProxy & { close(): Promise<void> }> => {
  const [requests, times]: [string[], number[]] = [[], []];
  const manner: Manner = { refusals: new Map(), demanded: null, stallAfter: null, held: [] };

  const forward = (incoming: IncomingMessage, response: ServerResponse, isBlob: boolean): void => {
    const { method = 'GET', url = '/', headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: upstream, method, path: url, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      if (isBlob && method === 'GET') pass(reply, response, manner);
      else reply.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  };

  const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
    const { method = 'GET', url = '/' } = incoming;
    requests.push(`${method} ${url}`);
    times.push(performance.now());
    const part = partOf(url);
    const refusal = part && manner.refusals.get(part);
    if (refusal) answer(response, refusal);
    else if (isRefused(incoming)) answer(response, unauthorized);
    else forward(incoming, response, part === 'blobs');
  };
  const isRefused = ({ headers }: IncomingMessage): boolean =>
    manner.demanded !== null && headers.authorization !== manner.demanded;

  let server: Server | null = null;
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const opened = createServer(handle);
      server = opened;
      opened.once('error', reject);
      opened.listen(port, '127.0.0.1', () => {
        const address = opened.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  const end = async (): Promise<void> => {
    const open = server;
    server = null;
    open?.closeAllConnections();
    await new Promise((resolve) => (open ? open.close(resolve) : resolve(undefined)));
  };

  const port = await listen(0);
  return {
    port,
    requests,
    times,
    refuse: (part, refusal) => void manner.refusals.set(part, refusal),
    demand(username, password) {
      manner.demanded = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    },
    stall(afterBytes) {
      manner.stallAfter = afterBytes;
    },
    holding: () => manner.held.length,
    behave() {
      manner.refusals.clear();
      Object.assign(manner, { demanded: null, stallAfter: null });
      for (const letGo of manner.held.splice(0)) letGo();
    },
    vanish: end,
    comeBack: async () => void (await listen(port)),
    close: end,
  };
};
