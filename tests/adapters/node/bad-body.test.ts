/** A connection that brought a body that cannot be read serves its next request. */
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { makeListener, toSocketResponse } from '../../../adapters/node/listener.ts';
import { type OpenServer, openServer } from '../../../adapters/node/server.ts';
import { endpoints } from '../../../handlers/endpoints.ts';
import { createRouter } from '../../../handlers/router.ts';
import { makeApiWorld } from '../../support/api-world.ts';
import { silentLog } from '../../support/silent-log.ts';

let server: OpenServer;
afterEach(() => server.close(0));

test('a large body that is not UTF-8 is refused, and the request after it on its connection is answered', async () => {
  const { ports, tokens } = await makeApiWorld();
  const router = createRouter(Object.values(endpoints), ports, { toResponse: toSocketResponse });
  server = await openServer(makeListener(router, silentLog), { host: '127.0.0.1', port: 0 });
  const body = Buffer.alloc(500_000, 'x');
  body[0] = 0xff;
  const head = (request: string, ...headers: string[]) =>
    [`${request} HTTP/1.1`, 'host: x', `authorization: Bearer ${tokens.editor}`, ...headers, '', ''].join(
      '\r\n',
    );
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const statuses: string[] = [];
  socket.write(head('POST /deployments', 'content-type: application/json', `content-length: ${body.length}`));
  socket.write(body);
  for await (const chunk of socket.setEncoding('utf8')) {
    statuses.push(...(String(chunk).match(/HTTP\/1\.1 \d+/g) ?? []));
    if (statuses.length === 1) socket.write(head('GET /deployments', 'connection: close'));
  }
  expect(statuses).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
});
