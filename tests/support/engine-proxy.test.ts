/**
 * Tests the proxy before an engine's socket, on a substitute for the engine that records the requests that reach it.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EngineProxy, type Fate, openEngineProxy } from './engine-proxy.ts';
import { until } from './until.ts';

let folder = '';
let engine: Server;
let proxy: EngineProxy;
let reachedEngine: string[] = [];

const textOf = async (message: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return text;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ring-proxy-'));
  reachedEngine = [];
  engine = createServer(async (asked, answer) => {
    const said = await textOf(asked);
    reachedEngine.push(`${asked.method} ${asked.url} ${said}`.trim());
    if (asked.url?.includes('/events')) answer.write('event 1\n');
    else answer.writeHead(201, { 'x-engine': 'yes' }).end(`made ${said}`);
  });
  engine.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
    socket.on('data', (chunk: Buffer) => socket.write(`echo ${chunk}`));
    socket.on('end', () => socket.end()).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => engine.listen(join(folder, 'engine.sock'), resolve));
  proxy = await openEngineProxy(join(folder, 'proxy.sock'), join(folder, 'engine.sock'));
});

afterEach(async () => {
  await proxy.close();
  engine.closeAllConnections();
  await new Promise((resolve) => engine.close(resolve));
  await rm(folder, { recursive: true });
});

/** Opens a call through the proxy; rejects when the connection breaks first. */
const open = (method: string, path: string, body = ''): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request({ socketPath: proxy.socketPath, method, path }, resolve).once('error', reject).end(body);
  });

const call = async (method: string, path: string, body?: string) => {
  const answer = await open(method, path, body);
  return { status: answer.statusCode, text: await textOf(answer) };
};

/** Lets something befall the first call. */
const befall = (fate: Fate) => proxy.follow(({ number }) => (number === 1 ? fate : null));

test('calls pass as they are, and those that change something are numbered', async () => {
  expect(await call('GET', '/v1.41/containers/json?all=1')).toEqual({ status: 201, text: 'made ' });
  expect(await call('POST', '/v1.41/containers/create?name=a', '{"x":1}')).toMatchObject({
    text: 'made {"x":1}',
  });
  await call('POST', '/containers/a/wait');
  await call('DELETE', '/v1.41/containers/a');
  expect(proxy.calls).toEqual([
    { number: 1, change: null, method: 'GET', path: '/containers/json' },
    { number: 2, change: 1, method: 'POST', path: '/containers/create' },
    { number: 3, change: null, method: 'POST', path: '/containers/a/wait' },
    { number: 4, change: 2, method: 'DELETE', path: '/containers/a' },
  ]);
  expect(reachedEngine[1]).toBe('POST /v1.41/containers/create?name=a {"x":1}');
});

test('a call that is held before never reaches the engine, and others pass meanwhile', async () => {
  const held = new Promise<void>((reached) => befall({ moment: 'before', act: 'hang', reached }));
  const answer = call('POST', '/held').catch(() => 'broken');
  await held;
  expect(await call('POST', '/other')).toMatchObject({ status: 201 });
  await proxy.close();
  expect(await answer).toBe('broken');
  expect(reachedEngine).toEqual(['POST /other']);
});

test('a call that is withheld after was done, and the caller does not hear', async () => {
  const done = new Promise<void>((reached) => befall({ moment: 'after', act: 'hang', reached }));
  const answer = call('POST', '/done').catch(() => 'broken');
  await done;
  expect(reachedEngine).toEqual(['POST /done']);
  await proxy.close();
  expect(await answer).toBe('broken');
});

test.each([
  ['before', []],
  ['after', ['POST /one']],
] as const)('a call can be cut or failed %s it reached the engine', async (moment, reached) => {
  befall({ moment, act: 'cut' });
  await expect(call('POST', '/one')).rejects.toThrow();
  expect(reachedEngine).toEqual(reached);
  reachedEngine = [];
  befall({ moment, act: 'fail' });
  expect(await call('POST', '/one')).toMatchObject({ status: 500, text: expect.stringContaining('message') });
  expect(reachedEngine).toEqual(reached);
});

test.each(['before', 'after'] as const)(
  'a call that is late %s is answered as if nothing were',
  async (moment) => {
    befall({ moment, act: 'pass', delayMs: 20 });
    expect(await call('POST', '/late', 'x')).toEqual({ status: 201, text: 'made x' });
  },
);

test.each([
  ['end', 'ended'],
  ['break', 'broken'],
] as const)('open event streams can %s', async (how, seen) => {
  const events = await open('GET', '/v1.41/events');
  const ended = new Promise((resolve) => {
    events.once('end', () => resolve('ended')).once('error', () => resolve('broken'));
  });
  const text = new Promise((resolve) => events.once('data', (chunk: Buffer) => resolve(String(chunk))));
  expect(await text).toBe('event 1\n');
  proxy.dropEvents(how);
  expect(await ended).toBe(seen);
});

test('a caller that leaves is followed', async () => {
  const left = new Promise((resolve) =>
    engine.once('request', (asked) => asked.socket.once('close', resolve)),
  );
  const events = await open('GET', '/events');
  events.destroy();
  await left;
});

test('an upgraded connection passes through both ways', async () => {
  const socket = connect(proxy.socketPath);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  socket.write('POST /exec/1/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
  await until(
    () => text,
    (seen) => seen.includes('101 UPGRADED'),
  );
  socket.write('hello');
  await until(
    () => text,
    (seen) => seen.endsWith('echo hello'),
  );
  socket.destroy();
});
