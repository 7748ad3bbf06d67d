/**
 * Streams on a real engine to readers who never read: they cost bounded memory, disturb nobody, are cut off, and hold no
 * more places than there are. Events are followed over a crash of Ring.
 */
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { readEvents } from '../support/sse.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';
const sockets: Socket[] = [];

beforeAll(async () => {
  image = await ensureTestImage('1');
  ring = await openRingProcess();
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await ring?.close();
});

/** Asks for a stream on a connection of its own, and never reads what comes. */
function askAndSleep(path: string, token: string): Socket {
  const { hostname, port } = new URL(ring.serving().url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on('error', () => undefined).pause();
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n\r\n`);
  return socket;
}

const logIn = async (): Promise<string> =>
  (await ring.call('POST', '/login', { body: { username: 'admin', password: 'changeme' } })).body.token;

/** Resident memory of the server, MiB. */
const memory = async (): Promise<number> => {
  const text = await readFile(`/proc/${ring.serving().pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
};

const mostStreams = 100;
const sleepers = 12;

/** Writes 12 MB at once, then about 2 MB a second. */
const noise = [
  'sh',
  '-c',
  `line=$(printf '%0200d' 7); yes $line | head -n 60000; while true; do yes $line | head -n 2000; sleep 0.2; done`,
];

test('readers who never read cost bounded memory, disturb nobody and are cut off', {
  timeout: 300_000,
}, async () => {
  await ring.declare('noisy', { image, command: noise });
  await ring.untilStatus('noisy', 'running');
  await until(
    () => ring.call('GET', '/deployments/noisy/logs?tail=10000'),
    ({ body }) => body.length === 10_000,
  );
  const token = await logIn();
  const before = await memory();
  for (let n = 0; n < sleepers; n += 1) askAndSleep('/deployments/noisy/logs?follow=true&tail=10000', token);
  const awake = readEvents(await ring.open('GET', '/deployments/noisy/logs?follow=true&tail=10000'));
  // There is more to begin with than is held for one reader.
  expect((await awake.take(1))[0]?.event).toBe('gap');
  const figures: number[] = [];
  // Many times more than what is held for a reader, or by the kernel, goes by.
  for (let round = 0; round < 12; round += 1) {
    expect(await awake.take(10_000)).toHaveLength(10_000);
    expect((await ring.call('GET', '/deployments')).status).toBe(200);
    figures.push(await memory());
  }
  const most = Math.max(...figures);
  process.stdout.write(
    `${sleepers} readers who never read, ${figures.length * 2} MB to each: ${before.toFixed(0)} MiB before, ${most.toFixed(0)} MiB at most\n`,
  );
  expect(most - before).toBeLessThan(300);
  await awake.leave();
  const others = mostStreams - sleepers;
  for (let n = 0; n < others; n += 1) askAndSleep('/events?follow=true', token);
  const ask = async () => {
    const { status, headers, body } = await ring.open('GET', '/events?follow=true');
    await body?.cancel();
    return { status, retryAfter: headers.get('retry-after') };
  };
  const refused = await until(ask, ({ status }) => status !== 200);
  expect(refused).toEqual({ status: 503, retryAfter: '5' });
  // Those who take nothing for a minute are cut off, and their places are free again.
  await until(ask, ({ status }) => status === 200, { withinMs: 150_000 });
  await ring.call('DELETE', '/deployments/noisy?wait=deleted');
});

test('whoever follows events goes on after a crash of Ring where it was, without missing one', async () => {
  await ring.declare('web', { image });
  await ring.untilStatus('web', 'running');
  const path = '/deployments/web/events?follow=true&limit=1000';
  const reading = readEvents(await ring.open('GET', path));
  const first = await reading.take(3);
  await ring.kill();
  await reading.leave().catch(() => undefined);
  await ring.start();
  await ring.call('PATCH', '/deployments/web?wait=running', { body: { replicas: 2 } });
  const headers = { 'last-event-id': first.at(-1)?.id ?? '' };
  const back = readEvents(await ring.open('GET', path, { headers }));
  await ring.call('DELETE', '/deployments/web?wait=deleted');
  const rest = await back.all();
  const ids = [...first, ...rest].flatMap(({ id }) => (id === '' ? [] : [Number(id)]));
  expect(ids).toEqual([...new Set(ids)].sort((one, other) => one - other));
  expect(rest.map(({ event }) => event).filter((event) => event !== '')).toEqual(['end']);
  const reasons = [...first, ...rest].map(({ data }) => data.reason);
  for (const reason of [
    'DeploymentCreated',
    'ContainerStarted',
    'ScaledUp',
    'DeploymentDeleted',
    'deleted',
  ]) {
    expect(reasons).toContain(reason);
  }
});
