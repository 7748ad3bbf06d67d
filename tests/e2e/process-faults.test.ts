/** What may befall the process of Ring on a real engine: told to end over open streams and slow work, and a full disk under its database. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { runningIds } from '../support/inspect.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const bound = { withinMs: 10_000 };
let ring: RingProcess;
let image = '';
let disk = '';

beforeAll(async () => {
  image = await ensureTestImage();
  disk = await mkdtemp(join(tmpdir(), 'ring-disk-'));
  if (isLinuxRoot()) await run('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=700', 'tmpfs', disk]);
  ring = await openRingProcess({ dataDir: disk, env: { RING_INTERVAL: '1s' } });
});

afterAll(async () => {
  try {
    await ring?.close();
  } finally {
    if (isLinuxRoot()) await run('umount', [disk]);
    await rm(disk, { recursive: true });
  }
});

/** Tells Ring to end; its exit code, or that it did not end in time. */
const endInTime = async () => {
  let code: number | null | undefined;
  void ring.stop().then((ended) => {
    code = ended;
  });
  return until(
    () => code,
    (seen) => seen !== undefined,
    { ...bound, what: 'the end of Ring' },
  );
};

/** Follows logs as a client does: what came so far, and how it ended. */
const follow = async (id: string) => {
  const { body } = await ring.open('GET', `/deployments/${id}/logs?follow=true`);
  const decoder = new TextDecoder();
  let text = '';
  const read = async () => {
    for await (const chunk of body ?? []) text += decoder.decode(chunk, { stream: true });
  };
  const ended = read().then(
    () => 'in order',
    () => 'cut off',
  );
  return { text: () => text, ended };
};

test('told to end, Ring ends its open streams in order and exits with 0', async () => {
  await ring.declare('streaming', {
    image,
    replicas: 2,
    command: ['sh', '-c', 'trap "exit 0" TERM; while :; do echo tick; sleep 0.1; done'],
  });
  const { instances } = await ring.untilStatus('streaming', 'running');
  const followed = await Promise.all([1, 2, 3].map(() => follow('streaming')));
  await until(
    () => followed.map(({ text }) => text()),
    (texts) => texts.every((text) => text.includes('tick')),
  );
  expect(await endInTime()).toBe(0);
  expect(await Promise.all(followed.map(({ ended }) => ended))).toEqual(['in order', 'in order', 'in order']);
  expect(runningIds(await ring.containers('streaming'))).toEqual([...instances].sort());
  await ring.start();
});

test('told to end, Ring does not wait for a container that will not stop', async () => {
  await ring.declare('stubborn', {
    image,
    stop_grace: '5m',
    command: ['sh', '-c', 'trap "" TERM; sleep 1000'],
  });
  await ring.untilStatus('stubborn', 'running');
  await ring.call('DELETE', '/deployments/stubborn');
  await until(
    async () => (await ring.events('stubborn').catch(() => [])).length,
    (count) => count > 0,
  );
  expect(await endInTime()).toBe(0);
  await ring.start();
  expect(await ring.read('stubborn')).toMatchObject({ status: 'deleted' });
  const [container] = await ring.containers('stubborn');
  await ring.docker.getContainer(container?.Id ?? '').kill();
  await ring.untilGone('stubborn');
});

/** Declares a deployment without replicas, whose environment holds this text. */
const create = (text: string) => {
  const body = { name: `x-${randomUUID().slice(0, 8)}`, image, replicas: 0, secrets: { FILL: text } };
  return ring.call('POST', '/deployments', { body });
};

const ready = () => ring.call('GET', '/readyz', { token: null });

/** Takes all the room there is. */
const fill = async () => {
  const file = await open(join(disk, 'filler'), 'a');
  try {
    for (const size of [65_536, 4_096, 512, 1]) {
      const chunk = Buffer.alloc(size, 1);
      while (
        await file.write(chunk).then(
          ({ bytesWritten }) => bytesWritten === size,
          () => false,
        )
      );
    }
  } finally {
    await file.close();
  }
};

test.runIf(isLinuxRoot())(
  'a full disk under the database refuses writes, touches no container, and heals with room',
  async () => {
    const before = await ring.untilStatus('streaming', 'running');
    await fill();

    const refused = await until(
      () => create('x'.repeat(100_000)),
      ({ status }) => status !== 201,
    );
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'DATABASE_UNAVAILABLE', error: expect.stringContaining('room') },
    });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await ring.call('GET', '/healthz', { token: null })).toMatchObject({ status: 200 });
    // A small write may still fit where a large one did not: Ring is not ready once not even that does.
    const unready = await until(
      () => create('').then(ready),
      ({ status }) => status !== 200,
    );
    expect(unready).toMatchObject({
      status: 503,
      body: { state: 'DOWN', database: 'DOWN', engine: 'UP', code: 'DATABASE_UNAVAILABLE' },
    });
    expect(await ring.read('streaming')).toMatchObject({ id: 'streaming', instances: before.instances });
    expect(runningIds(await ring.containers('streaming'))).toEqual([...before.instances].sort());
    const [victim = ''] = before.instances;
    await ring.docker.getContainer(victim).kill();

    await rm(join(disk, 'filler'));

    await until(ready, ({ status }) => status === 200);
    await until(
      async () => runningIds(await ring.containers('streaming')),
      (ids) => ids.join() === [...before.instances].sort().join(),
    );
    const { body } = await ring.call('GET', '/deployments?namespace[]=default');
    for (const { id } of body) if (id !== 'streaming') await ring.call('DELETE', `/deployments/${id}`);
    await ring.call('PATCH', '/deployments/streaming', { body: { replicas: 1 } });
    await ring.until('streaming', ({ instances, status }) => instances.length === 1 && status === 'running');
    expect(ring.serving().said()).not.toMatch(/insert into|update `|xxxx/i);
  },
);

test.runIf(isLinuxRoot())(
  'Ring that starts on a full disk says so or serves, and works once there is room',
  async () => {
    await ring.stop();
    await fill();
    const started = await ring.start().then(
      () => 'serving',
      (error: Error) => error.message,
    );
    await rm(join(disk, 'filler'));
    if (started !== 'serving') {
      expect(started).toContain('database');
      await ring.start();
    }
    await ring.untilStatus('streaming', 'running');
    await ring.declare('after', { image });
    await ring.untilStatus('after', 'running');
  },
);
