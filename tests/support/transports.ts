/** Runs one suite on two transports: directly on `fetch` handlers, and over a socket to a Node server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, onTestFinished } from 'vitest';
import { makeListener, toSocketResponse } from '../../adapters/node/listener.ts';
import type { Role } from '../../core/access/user.ts';
import { endpoints } from '../../handlers/endpoints.ts';
import type { HostOptions } from '../../handlers/host.ts';
import { createRouter } from '../../handlers/router.ts';
import { type ApiWorld, type ApiWorldOptions, makeApiWorld } from './api-world.ts';
import { makeDescribed } from './described.ts';

/** A request as a test writes it. */
export interface Call {
  /** Whose token goes with it; null is none. The default is an editor's. */
  readonly as?: Role | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What came back; JSON is parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReturnType<typeof JSON.parse>;
}

/** All endpoints on one transport. */
export interface Api extends ApiWorld {
  readonly transport: 'fetch' | 'socket';
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** The response itself, its body unread. */
  open(method: string, path: string, call?: Call): Promise<Response>;
}

/** Serves a fresh world. */
export type OpenApi = (options?: ApiWorldOptions & HostOptions) => Promise<Api>;

type Send = (path: string, init: RequestInit) => Promise<Response>;

/** Describes a suite twice; what it opens is closed with the test. */
export const onBothTransports = (name: string, suite: (open: OpenApi) => void): void => {
  describe.each([
    ['fetch', overFetch],
    ['socket', overSocket],
  ] as const)(`${name}, over %s`, (transport, connect) => {
    const described = makeDescribed();
    suite(async (options = {}) => {
      const world = await makeApiWorld(options);
      const send = await connect(world, options);
      const { basePath } = options;
      const ask = (method: string, path: string, call: Call = {}) => send(path, toInit(method, call, world));
      return {
        ...world,
        transport,
        open: async (method, path, call) =>
          described.watched({ method, path, basePath }, await ask(method, path, call)),
        async call(method, path, call) {
          const answer = await toAnswer(await ask(method, path, call));
          described.check({ method, path, basePath, ...answer });
          return answer;
        },
      };
    });
  });
};

const reporting = ({ reported }: ApiWorld, options: HostOptions): HostOptions => ({
  onError: (error) => reported.push(error),
  ...options,
});

const overFetch = async (world: ApiWorld, options: HostOptions): Promise<Send> => {
  const router = createRouter(Object.values(endpoints), world.ports, reporting(world, options));
  return (path, init) => router(new Request(`http://ring.test${path}`, init));
};

const overSocket = async (world: ApiWorld, options: HostOptions): Promise<Send> => {
  const router = createRouter(Object.values(endpoints), world.ports, {
    ...reporting(world, options),
    toResponse: toSocketResponse,
  });
  const report = (message: string, fields: unknown) => void world.reported.push({ message, fields });
  const server = createServer(makeListener(router, { info: report, warn: report, error: report }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
};

const toInit = (method: string, call: Call, world: ApiWorld): RequestInit => {
  const { as = 'editor', body, raw, headers, signal } = call;
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    method,
    headers: { ...(as === null ? {} : { authorization: `Bearer ${world.tokens[as]}` }), ...json, ...headers },
    ...(sent === undefined ? {} : { body: sent as string }),
    ...(signal ? { signal } : {}),
  };
};

const toAnswer = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
};
