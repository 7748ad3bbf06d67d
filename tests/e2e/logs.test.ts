/** Logs on a real engine: merged over replicas, followed over a death, a replacement and to the deployment's end. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogEntry } from '../../core/log/entry.ts';
import { ensureTestImage } from '../support/images.ts';
import { readEvents } from '../support/log-world.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage('1');
  ring = await openRingProcess({ env: { RING_INTERVAL: '2s' } });
});

afterAll(() => ring?.close());

/** Counts aloud, ten times a second, on both streams. */
const counting = (word: string) => [
  'sh',
  '-c',
  `i=0; while true; do echo "${word} $i"; echo "${word} err $i" >&2; i=$((i+1)); sleep 0.1; done`,
];

const read = async (id: string, query: string): Promise<readonly LogEntry[]> =>
  (await ring.call('GET', `/deployments/${id}/logs${query}`)).body;

/** By time; stdout and stderr of one container reach the engine's log on two ways, so they may swap by a hair. */
const isSorted = (entries: readonly LogEntry[]): boolean =>
  entries.every(
    ({ timestamp }, index) =>
      Date.parse(timestamp) - Date.parse(entries[index - 1]?.timestamp ?? timestamp) >= -10,
  );

test('the lines of all replicas come merged by time, as many as asked for', async () => {
  await ring.declare('merged', { image, replicas: 2, command: counting('tick') });
  await ring.untilStatus('merged', 'running');
  const entries = await until(
    () => read('merged', '?tail=40'),
    (found) => found.length === 40 && new Set(found.map(({ replica }) => replica)).size === 2,
  );
  expect(isSorted(entries)).toBe(true);
  expect(new Set(entries.map(({ stream }) => stream))).toEqual(new Set(['stdout', 'stderr']));
  for (const { message, timestamp } of entries) {
    expect(message).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z tick (err )?\d+$/);
    expect(message.startsWith(`${timestamp} `)).toBe(true);
  }
  const own = await read('merged', '?container=1&tail=5');
  expect(own.map(({ replica }) => replica)).toEqual([1, 1, 1, 1, 1]);
  const middle = entries[20]?.timestamp ?? '';
  const later = await read('merged', `?since=${encodeURIComponent(middle)}`);
  // The engine is asked in milliseconds, so lines of the very same one may come too.
  expect(later.every(({ timestamp }) => timestamp.slice(0, 23) >= middle.slice(0, 23))).toBe(true);
});

test('a follower sees every line once, over a death and a replacement, and then the end', async () => {
  await ring.declare('followed', { image, command: counting('one') });
  const [first = ''] = (await ring.untilStatus('followed', 'running')).instances;
  const response = await ring.open('GET', '/deployments/followed/logs?follow=true');
  const events = readEvents(response);
  const seen: LogEntry[] = [];
  const readUntil = async (enough: (entry: LogEntry) => boolean): Promise<void> => {
    for (;;) {
      const event = await events.next();
      if (event === null || event.event === 'end') throw new Error('The stream ended early');
      seen.push(event.data);
      if (enough(event.data)) return;
    }
  };
  await readUntil(({ message }) => message.endsWith('one 10'));
  await ring.docker.getContainer(first).kill();
  const beforeDeath = seen.length;
  await readUntil(({ message }) => seen.length > beforeDeath && message.endsWith('one 3'));
  await ring.declare('followed', { image, command: counting('two') });
  await readUntil(({ message, container }) => container !== first && message.endsWith('two 10'));

  for (const container of new Set(seen.map((entry) => entry.container))) {
    const own = seen.filter((entry) => entry.container === container);
    expect(isSorted(own)).toBe(true);
    const keys = own.map(({ timestamp, stream, message }) => `${timestamp} ${stream} ${message}`);
    expect(new Set(keys).size).toBe(keys.length);
  }
  const untilDeath = seen.slice(0, beforeDeath).filter(({ stream }) => stream === 'stdout');
  expect(untilDeath.map(({ message }) => message.split(' ').at(-1))).toEqual(
    untilDeath.map((_entry, index) => String(index)),
  );

  await ring.call('DELETE', '/deployments/followed');
  for (let event = await events.next(); event?.event !== 'end'; event = await events.next())
    expect(event).not.toBeNull();
  expect(await events.next()).toBeNull();
});

test('the lines of the run before are shown while a container crashes and comes back', async () => {
  const count = 'n=$(cat /tmp/n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /tmp/n';
  const command = [
    'sh',
    '-c',
    `${count}; echo "run $n begins"; sleep 0.5; [ $n -lt 3 ] && exit 7; sleep 600`,
  ];
  await ring.declare('crashing', { image, command });
  const words = (entries: readonly LogEntry[]) => entries.map(({ message }) => message.replace(/^\S+ /, ''));
  await until(
    async () => words(await read('crashing', '')),
    (lines) => lines.at(-1) === 'run 3 begins',
  );
  expect(words(await read('crashing', '?previous=true'))).toEqual(['run 1 begins', 'run 2 begins']);
  expect(words(await read('crashing', '?previous=true&tail=1'))).toEqual(['run 2 begins']);
});
