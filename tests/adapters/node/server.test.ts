/** What the server promises to clients that are slow, rude or gone, and how it ends. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Handle, makeListener, toSocketResponse } from '../../../adapters/node/listener.ts';
import { type OpenServer, openServer, type ServerOptions } from '../../../adapters/node/server.ts';
import { makeStreams } from '../../../adapters/node/streams.ts';

const open: OpenServer[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of open.splice(0)) await server.close(0);
});

async function start(handle: Handle, options: Partial<ServerOptions> = {}) {
  const said: unknown[] = [];
  const say = (message: string, fields: unknown) => void said.push(message, fields);
  const listener = makeListener(handle, { info: say, warn: say, error: say });
  const server = await openServer(listener, { host: '127.0.0.1', port: 0, ...options });
  open.push(server);
  return { server, said, url: server.url };
}

/** A connection by hand: what it sends, what came back so far, and when it ended. */
function dial(port: number, text: string) {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(received));
  });
  return { socket, ended, received: () => received };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const text = (body: string): Response => toSocketResponse(200, body, { 'content-type': 'text/plain' });

/** A stream that ticks until it is cancelled. */
function aStream() {
  const seen = { chunks: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (seen.chunks > 0) await new Promise((resolve) => setTimeout(resolve, 10));
        if (seen.cancelled) return;
        seen.chunks += 1;
        controller.enqueue(new TextEncoder().encode(`data: ${seen.chunks}\n\n`));
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, body };
}

describe('a reply', () => {
  it('arrives with its status, headers, length and body', async () => {
    const { url } = await start(async () =>
      toSocketResponse(201, 'füße', { 'content-type': 'text/plain', 'x-request-id': 'r1' }),
    );
    const reply = await fetch(url);
    const headers = ['content-type', 'content-length', 'x-request-id'].map((name) => reply.headers.get(name));
    expect([reply.status, headers, await reply.text()]).toEqual([201, ['text/plain', '6', 'r1'], 'füße']);
  });

  it('of the platform arrives too', async () => {
    const { url } = await start(async () => new Response('plain', { status: 202, headers: { 'x-a': 'b' } }));
    const reply = await fetch(url);
    expect([reply.status, reply.headers.get('x-a'), await reply.text()]).toEqual([202, 'b', 'plain']);
  });

  it.each([new Error('secret of the house'), null, undefined, 'text'])(
    'to a handler that throws %s is a bare 500 that tells nothing, and the server lives',
    async (thrown) => {
      const { url, said } = await start(async () => {
        throw thrown;
      });
      for (let round = 0; round < 2; round += 1) {
        const reply = await fetch(url);
        expect([reply.status, await reply.json()]).toEqual([
          500,
          { error: 'Internal error', code: 'INTERNAL' },
        ]);
      }
      expect(said.length).toBe(4);
    },
  );
});

describe('a stream', () => {
  it('arrives as it is made, and its source ends when the client leaves', async () => {
    const { seen, body } = aStream();
    const { url } = await start(async () =>
      toSocketResponse(200, body, { 'content-type': 'text/event-stream' }),
    );
    const leaving = new AbortController();
    const reply = await fetch(url, { signal: leaving.signal });
    const first = await reply.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toBe('data: 1\n\n');
    leaving.abort();
    await until(() => seen.cancelled);
  });

  it('ends at its source when the client left before it began', async () => {
    const { seen, body } = aStream();
    let asked = false;
    const { server } = await start(async (request) => {
      asked = true;
      await new Promise<void>((resolve) => {
        request.signal.addEventListener('abort', () => resolve());
      });
      return toSocketResponse(200, body, {});
    });
    const { socket } = dial(server.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => asked);
    socket.destroy();
    await until(() => seen.cancelled);
  });

  it('that fails cuts the connection, so that a part is not taken for the whole', async () => {
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulls += 1;
          if (pulls > 1) throw new Error('source failed');
          controller.enqueue(new TextEncoder().encode('part'));
        },
      },
      { highWaterMark: 0 },
    );
    const { url } = await start(async (request) =>
      request.url.endsWith('/stream') ? toSocketResponse(200, body, {}) : text('alive'),
    );
    const reply = await fetch(`${url}/stream`);
    await expect(reply.text()).rejects.toThrow();
    expect(await (await fetch(url)).text()).toBe('alive');
  });

  it('waits for a client that reads slowly instead of filling memory', async () => {
    let made = 0;
    const chunk = new Uint8Array(65_536);
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          made += 1;
          controller.enqueue(chunk);
        },
      },
      { highWaterMark: 0 },
    );
    const { server } = await start(async () => toSocketResponse(200, body, {}));
    const { socket, received } = dial(server.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => received().length > 0);
    socket.pause();
    let before = -1;
    while (before !== made) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // What the sockets' own buffers hold, and no more.
    expect(made * chunk.length).toBeLessThan(32 * 2 ** 20);
  });
});

describe('a client', () => {
  const problem = (status: number) =>
    expect.stringMatching(
      new RegExp(`^HTTP/1.1 ${status} [^]*application/problem\\+json[^]*"status":${status}`),
    );

  it('that sends its headers too slowly is answered 408', async () => {
    const { server } = await start(async () => text('ok'), { headersTimeoutMs: 100, requestTimeoutMs: 100 });
    const { ended } = dial(server.port, 'GET / HTTP/1.1\r\nHo');
    expect(await ended).toEqual(problem(408));
  });

  it('that sends its body too slowly is cut off', async () => {
    const { server } = await start(async (request) => text(await request.text()), {
      headersTimeoutMs: 100,
      requestTimeoutMs: 200,
    });
    const { ended } = dial(server.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf');
    expect(await ended).not.toContain('200 OK');
  });

  it('that speaks no HTTP is answered 400, one with endless headers 431', async () => {
    const { server } = await start(async () => text('ok'));
    expect(await dial(server.port, 'HELLO\r\n\r\n').ended).toEqual(problem(400));
    const endless = `GET / HTTP/1.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`;
    expect(await dial(server.port, endless).ended).toEqual(problem(431));
  });

  it.each([
    ['GET /a?b HTTP/1.1\r\nHost: ring:3030', '/a?b'],
    ['GET http://elsewhere/a?b HTTP/1.1\r\nHost: ring:3030', '/a?b'],
    ['GET http://elsewhere HTTP/1.1\r\nHost: ring:3030', '/'],
    ['GET /a HTTP/1.1\r\nHost: [::1]:3030', '/a'],
    ['GET /a HTTP/1.0', '/a'],
    ['OPTIONS * HTTP/1.1\r\nHost: ring', '/*'],
  ])('that asks by %j is understood to mean %s', async (head, path) => {
    const { server } = await start(async ({ url }) => text(`<${url.replace(/^http:\/\/[^/]*/, '')}>`));
    expect(await dial(server.port, `${head}\r\nConnection: close\r\n\r\n`).ended).toContain(`<${path}>`);
  });

  it.each(['ring/other?', 'ring#', 'a b', 'me@ring', 'ring\\x', '%'])(
    'that names the host %s cannot change the path by it',
    async (host) => {
      const { server } = await start(async () => text('ok'));
      const { ended } = dial(server.port, `GET /a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(await ended).toMatch(/^HTTP\/1.1 400 [\s\S]*The Host header is malformed/);
    },
  );

  it('that leaves half way of a body harms nobody', async () => {
    const { server, url } = await start(async (request) => text(await request.text()));
    const { socket, ended } = dial(
      server.port,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf',
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    await ended;
    expect(await (await fetch(url, { method: 'POST', body: 'whole' })).text()).toBe('whole');
  });
});

describe('closing', () => {
  it('ends streams that are open, lets requests under way end, and takes no more', async () => {
    const streams = makeStreams();
    const { seen, body } = aStream();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { server, url } = await start(async (request) => {
      if (request.url.endsWith('/stream')) return toSocketResponse(200, streams.follow(body), {});
      await held;
      return text('done');
    });
    const stream = await fetch(`${url}/stream`);
    const slow = fetch(`${url}/slow`);
    await until(() => seen.chunks > 1);
    const closed = server.close(8_000);
    streams.end();
    expect(await stream.text()).toMatch(/^data: 1\n\n/);
    await expect(fetch(url)).rejects.toThrow();
    release();
    expect(await (await slow).text()).toBe('done');
    await closed;
    await until(() => seen.cancelled);
  });

  it('does not wait for connections that nobody uses', async () => {
    const { server, url } = await start(async () => text('ok'));
    await (await fetch(url)).text();
    dial(server.port, '');
    await server.close(60_000);
  });

  it('cuts what does not end in time', async () => {
    const { server, url } = await start(() => new Promise(() => undefined));
    const hanging = fetch(url).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close(50);
    expect(await hanging).toBe('cut');
  });
});

it('says in a sentence why it cannot listen', async () => {
  const { server } = await start(async () => text('ok'));
  await expect(start(async () => text('ok'), { port: server.port })).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${server.port}: the port is in use. Choose another by --port or RING_PORT`,
  );
  await expect(start(async () => text('ok'), { host: '192.0.2.1' })).rejects.toThrow(
    'Cannot listen on 192.0.2.1:0: this machine has no such address. Choose another by --host or RING_HOST',
  );
});

it('says which request it was whose stream failed, without its query', async () => {
  const broken = new ReadableStream({ pull: () => Promise.reject(new Error('broken')) });
  const { url, said } = await start(async () => toSocketResponse(200, broken, { 'x-request-id': 'known' }));
  await expect(fetch(`${url}/a?b=secret`).then((response) => response.text())).rejects.toThrow();
  await until(() => said.length > 0);
  expect(said).toEqual([
    'A request could not be answered',
    { method: 'GET', path: '/a', requestId: 'known', error: new Error('broken') },
  ]);
});
