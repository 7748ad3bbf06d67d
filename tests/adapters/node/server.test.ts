/** What the server promises to clients that read slowly or leave, and how it ends. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { toSocketResponse } from '../../../adapters/node/listener.ts';
import { makeStreams } from '../../../adapters/node/streams.ts';
import { aProblem, dial, start, text } from '../../support/node-server.ts';

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

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

  it('is made knowing where the request comes from', async () => {
    const { url } = await start(async (_request, source) => text(`from ${source.remoteAddress}`));
    expect(await (await fetch(url)).text()).toBe('from 127.0.0.1');
  });

  it('of the platform arrives too', async () => {
    const { url } = await start(async () => new Response('plain', { status: 202, headers: { 'x-a': 'b' } }));
    const reply = await fetch(url);
    expect([reply.status, reply.headers.get('x-a'), await reply.text()]).toEqual([202, 'b', 'plain']);
  });

  it.each([new Error('secret of the company'), null, undefined, 'text'])(
    'to a handler that throws %s is a 500 that shows nothing, and the server lives',
    async (thrown) => {
      const { url, said } = await start(async () => {
        throw thrown;
      });
      for (let round = 0; round < 2; round += 1) {
        const reply = await fetch(url);
        expect([reply.status, await reply.json()]).toEqual([
          500,
          aProblem({ status: 500, code: 'INTERNAL', error: 'Internal server error', instance: '/' }),
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
    const { server, url } = await start(async () => text('ok'), { headersTimeoutMs: 100 });
    await (await fetch(url)).text();
    const { ended } = dial(server.port, '');
    await pause(1_500);
    await server.close(60_000);
    expect(await ended).toBe('');
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
