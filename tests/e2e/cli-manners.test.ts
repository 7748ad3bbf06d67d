/** How every command behaves in a shell: beside a reader that goes, a Ctrl-C, a terminal, and servers that are none. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';
import { until } from '../support/until.ts';

let world: CommandWorld;
const servers: Server[] = [];
beforeAll(async () => {
  world = await openCommandWorld();
});
afterAll(() => world.close());
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that is not Ring. */
const serve = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

it('ends quietly when its reader has had enough', async () => {
  // More than a pipe holds, so that the rest has nowhere to go.
  await world.ring.call('PUT', '/configs/long', { body: { data: 'a long line of text\n'.repeat(30_000) } });
  const { child, ended } = world.start(['config', 'show', 'long']);
  child.stdout?.once('data', () => child.stdout?.destroy());
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

it('ends with 130 by Ctrl-C, and leaves nothing running', async () => {
  let asked = 0;
  const url = await serve(() => {
    asked += 1;
  });
  const { child, ended } = world.start(['get'], { env: { RING_URL: url } });
  await until(
    () => asked,
    (count) => count === 1,
  );
  child.kill('SIGINT');
  expect(await ended).toEqual({ code: 130, stdout: '', stderr: '' });
});

it('colours in a terminal, and does not with NO_COLOR', async () => {
  const plain = await world.inTerminal(['node'], [], { env: { NO_COLOR: '1' } });
  const coloured = await world.inTerminal(['node'], []);
  const esc = String.fromCharCode(27);
  expect([plain.stdout.includes(esc), coloured.stdout.includes(`${esc}[2mHOSTNAME`)]).toEqual([false, true]);
});

it('takes what answers in the place of Ring for a server that is not reached', async () => {
  const url = await serve((_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'));
  const { code, stdout, stderr } = await world.run(['get'], { env: { RING_URL: url } });
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^ring: The server answers with 502, [^\n]*--url[^\n]*\n$/);
});

it('shows nothing of a server that could steer the terminal', async () => {
  const url = await serve((_request, response) => {
    const body = { error: 'no\u001b[2Jthing\nmore', code: 'DEPLOYMENT_NOT_FOUND', errors: [] };
    response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
  });
  const { code, stderr } = await world.run(['get', 'deployment', 'web'], { env: { RING_URL: url } });
  expect([code, stderr]).toEqual([5, 'ring: no [2Jthing more. `ring get deployments` lists them\n']);
});

it('sends a token to no other server than its own', async () => {
  const seen: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
  const env = { RING_URL: '', RING_TOKEN: '' };
  const own = world.url;
  await world.run(['login', own, '--password-stdin'], { env, input: 'changeme' });
  expect((await world.run(['get', '--url', url], { env })).code).toBe(0);
  expect(seen).toEqual([undefined]);
});
