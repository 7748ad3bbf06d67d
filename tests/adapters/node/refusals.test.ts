/** How requests are refused that are not valid HTTP, come too slowly, or name a host that they may not name. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { toSocketResponse } from '../../../adapters/node/listener.ts';
import { endpoints } from '../../../handlers/endpoints.ts';
import { createRouter } from '../../../handlers/router.ts';
import { makeApiWorld } from '../../support/api-world.ts';
import { aProblem, dial, parsed, start, text } from '../../support/node-server.ts';

describe('a client', () => {
  it('that sends its headers too slowly is answered 408', async () => {
    const { server } = await start(async () => text('ok'), { headersTimeoutMs: 100, requestTimeoutMs: 100 });
    const { ended } = dial(server.port, 'GET / HTTP/1.1\r\nHo');
    expect(parsed(await ended)).toEqual(aProblem({ status: 408, code: 'REQUEST_TIMEOUT' }));
  });

  it('that connects long before it asks is answered when it asks', async () => {
    const { server } = await start(async () => text('ok'), { headersTimeoutMs: 100, requestTimeoutMs: 100 });
    const { socket, ended, received } = dial(server.port, '');
    await pause(2_500);
    expect(received()).toBe('');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await ended).toContain('200 OK');
  });

  it('that connects long before it asks, and then asks too slowly, is answered 408', async () => {
    const { server } = await start(async () => text('ok'), { headersTimeoutMs: 100, requestTimeoutMs: 100 });
    const { socket, ended } = dial(server.port, '');
    await pause(1_500);
    socket.write('GET / HTTP/1.1\r\nHo');
    expect(parsed(await ended)).toEqual(aProblem({ status: 408, code: 'REQUEST_TIMEOUT' }));
  });

  it('that connects and never asks is cut off without a word', async () => {
    const { server } = await start(async () => text('ok'), { headersTimeoutMs: 100, idleTimeoutMs: 500 });
    expect(await dial(server.port, '').ended).toBe('');
  });

  it('that sends its body too slowly is cut off', async () => {
    const { server } = await start(async (request) => text(await request.text()), {
      headersTimeoutMs: 100,
      requestTimeoutMs: 200,
    });
    const { ended } = dial(server.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf');
    expect(await ended).not.toContain('200 OK');
  });

  it.each([
    ['speaks no HTTP', 'HELLO', { status: 400, code: 'INVALID_REQUEST', instance: '' }],
    [
      'sends endless headers',
      `GET / HTTP/1.1\r\nX: ${'x'.repeat(40_000)}`,
      { status: 431, code: 'HEADERS_TOO_LARGE', instance: '' },
    ],
    [
      'names no host',
      'GET /a?b HTTP/1.1\r\nConnection: close\r\nX-Request-Id: known',
      { status: 400, code: 'INVALID_REQUEST', instance: '/a', request_id: 'known' },
    ],
    [
      'expects what nobody knows',
      'POST /a HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 2\r\nConnection: close',
      { status: 417, code: 'EXPECTATION_FAILED', instance: '/a' },
    ],
  ])('that %s is answered with a whole problem', async (_title, head, problem) => {
    const { server } = await start(async () => text('ok'));
    expect(parsed(await dial(server.port, `${head}\r\n\r\n`).ended)).toEqual(aProblem(problem));
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
      const error = 'The Host header is malformed';
      expect(parsed(await ended)).toEqual(aProblem({ status: 400, code: 'INVALID_REQUEST', error }));
    },
  );

  it.each(['/healthz', '/nothing', '/configs/%zz'])(
    'that asks %s of a host with an impossible port is told that the URL is malformed',
    async (path) => {
      const { ports } = await makeApiWorld();
      const route = createRouter(Object.values(endpoints), ports, { toResponse: toSocketResponse });
      const { server } = await start(route);
      const { ended } = dial(
        server.port,
        `GET ${path} HTTP/1.1\r\nHost: ring:99999\r\nConnection: close\r\n\r\n`,
      );
      const error = 'The URL is malformed';
      expect(parsed(await ended)).toEqual(
        aProblem({ status: 400, code: 'INVALID_REQUEST', error, instance: path }),
      );
    },
  );

  it.each([
    ['evil.example', 403],
    ['evil.example:3030', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost', 200],
    ['LOCALHOST:3030', 200],
    ['127.0.0.1:3030', 200],
    ['[::1]:3030', 200],
  ])('that names the host %s is answered %i while names are not accepted', async (host, status) => {
    let asked = 0;
    const handle = async () => {
      asked += 1;
      return text('ok');
    };
    const { server } = await start(handle, { acceptsNames: async () => false });
    const { ended } = dial(server.port, `GET /a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const answer = await ended;
    expect([answer.slice(9, 12), asked]).toEqual([String(status), status === 200 ? 1 : 0]);
    if (status === 403) expect(parsed(answer)).toEqual(aProblem({ status, code: 'FORBIDDEN' }));
  });

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
