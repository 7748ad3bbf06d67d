/** Probes over real sockets on loopback: what is sent, what comes back, and that nothing takes longer than it may. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeProbes } from '../../../adapters/node/probes.ts';
import type { HttpProbe } from '../../../core/health/probes.ts';
import { makeStop } from '../../../core/log/stop.ts';

const probes = makeProbes();

async function portOf(server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const serving = (listener: RequestListener): Promise<number> => portOf(createServer(listener));

/** A server that takes connections and does with them what it is told. */
const accepting = (take: (socket: Socket) => void): Promise<number> =>
  portOf(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      take(socket);
    }),
  );

const ask = (port: number, changes: Partial<HttpProbe> = {}) =>
  probes.http({
    address: '127.0.0.1',
    port,
    path: '/',
    host: 'web',
    headers: {},
    timeoutMs: 10_000,
    signal: makeStop().signal,
    ...changes,
  });

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('an http probe', () => {
  it('gets the path, asks for the host of that name, and keeps no connection', async () => {
    let seen: IncomingMessage | null = null;
    const port = await serving((request, response) => {
      seen = request;
      response.end('fine');
    });
    const headers = { 'X-Check': 'ring' };
    expect(await ask(port, { path: '/healthz?a=1', headers })).toEqual({ status: 200, body: 'fine' });
    expect(seen).toMatchObject({
      method: 'GET',
      url: '/healthz?a=1',
      headers: { host: 'web', connection: 'close', 'user-agent': 'ring', 'x-check': 'ring' },
    });
  });

  it('asks for another host where a header says so', async () => {
    const port = await serving((request, response) => response.end(request.headers.host));
    expect(await ask(port, { headers: { host: 'shop.example' } })).toMatchObject({ body: 'shop.example' });
  });

  it.each([204, 304, 404, 503])('gives a status of %i as it is', async (status) => {
    const port = await serving((_request, response) => response.writeHead(status).end());
    expect(await ask(port)).toEqual({ status, body: '' });
  });

  it('does not follow a redirect', async () => {
    let asked = 0;
    const port = await serving((_request, response) => {
      asked += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await ask(port)).toMatchObject({ status: 302 });
    expect(asked).toBe(1);
  });

  it('is not led to a proxy by the environment', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('NODE_USE_ENV_PROXY', '1').stubEnv('http_proxy', 'http://127.0.0.1:1');
    const port = await serving((_request, response) => response.end('direct'));
    expect(await ask(port)).toMatchObject({ body: 'direct' });
  });

  it('reads the beginning of a body that does not end', async () => {
    const port = await serving((_request, response) => {
      const flood = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', flood);
      flood();
    });
    const { status, body } = await ask(port);
    expect([status, body.length]).toEqual([200, 4096]);
  });

  it('takes the status and what came so far of a body that drips', async () => {
    const port = await serving((_request, response) => {
      response.write('a');
      const drip = setInterval(() => response.write('b'), 100);
      response.once('close', () => clearInterval(drip));
    });
    const { status, body } = await ask(port, { timeoutMs: 30_000 });
    expect(status).toBe(200);
    expect(body).toMatch(/^ab+$/);
  });

  it('ends at its time when the head of an answer drips', async () => {
    const port = await accepting((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x: y\r\n'), 20);
      socket.once('close', () => clearInterval(drip));
    });
    await expect(ask(port, { timeoutMs: 300 })).rejects.toThrow('no answer within 0.3s');
  });

  it('ends at its time when nobody answers', async () => {
    const port = await accepting(() => undefined);
    await expect(ask(port, { timeoutMs: 100 })).rejects.toThrow('no answer within 0.1s');
  });

  it('ends when nobody wants to know any more', async () => {
    const { signal, stop } = makeStop();
    const port = await accepting(stop);
    await expect(ask(port, { signal })).rejects.toThrow('nobody waits for the answer any more');
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['says nothing and closes', (socket) => socket.end(), 'the connection was closed before an answer'],
    ['speaks something else', (socket) => socket.end('SSH-2.0-x\r\n'), 'it did not answer in HTTP'],
    [
      'changes the protocol',
      (socket) => socket.write('HTTP/1.1 101 Hm\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
      'it answered with another protocol',
    ],
  ])('fails where the server %s', async (_what, take, message) => {
    const port = await accepting(take);
    await expect(ask(port)).rejects.toThrow(message);
  });

  it('fails where nobody listens', async () => {
    await expect(ask(await deadPort())).rejects.toThrow('the connection was refused');
  });

  it('looks up no names', async () => {
    await expect(ask(80, { address: 'localhost' })).rejects.toThrow('its address is not an IP address');
  });
});

describe('a tcp probe', () => {
  const reach = (port: number, timeoutMs = 10_000) =>
    probes.tcp({ address: '127.0.0.1', port, timeoutMs, signal: makeStop().signal });

  it('passes where the connection is accepted, and closes it', async () => {
    const { signal, stop } = makeStop();
    const port = await accepting((socket) => void socket.resume().once('close', stop));
    await reach(port);
    await vi.waitUntil(() => signal.aborted, { timeout: 10_000 });
  });

  it('fails where nobody listens', async () => {
    await expect(reach(await deadPort())).rejects.toThrow('the connection was refused');
  });
});
