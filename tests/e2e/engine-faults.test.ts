/** An engine that stops, crashes and hangs under a running Ring: what cannot be seen is unknown, nothing is lost, nothing done twice. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runningIds } from '../support/inspect.ts';
import { type OwnEngine, openOwnEngine } from '../support/own-engine.ts';
import { isLinuxRoot } from '../support/privilege.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';

let engine: OwnEngine;
let ring: RingProcess;
let image = '';
let folder = '';

beforeAll(async () => {
  if (!isLinuxRoot()) return;
  folder = await mkdtemp(join(tmpdir(), 'ring-engine-faults-'));
  engine = await openOwnEngine();
  image = await engine.ensureTestImage();
  const env = { RING_INTERVAL: '1s' };
  ring = await openRingProcess({ socketPath: engine.socketPath, env });
  await ring.declare('web', { image, replicas: 2 });
  await ring.untilStatus('web', 'running');
});

afterAll(async () => {
  try {
    await ring?.close();
  } finally {
    await engine?.close();
    if (folder !== '') await rm(folder, { recursive: true });
  }
});

const idsOf = async (id: string) => (await ring.containers(id)).map(({ Id }) => Id).sort();

const ready = () => ring.call('GET', '/readyz', { token: null });

/** While the engine is away: unknown as of the last look, named as what fails, and the API still answers and takes writes. */
const expectAway = async (before: readonly string[], name: string) => {
  const seen = await ring.untilStatus('web', 'unknown', { withinMs: 60_000 });
  expect(seen).toMatchObject({ instances: before, status_reason: expect.stringContaining('engine') });
  expect(Date.parse(seen.observed_at ?? '')).toBeLessThanOrEqual(Date.now());
  const list = await ring.call('GET', '/deployments?status[]=unknown');
  expect(list.body).toContainEqual(expect.objectContaining({ id: 'web', status: 'unknown' }));
  await ring.declare(name, { image, replicas: 1 });
  expect(await ring.call('PATCH', '/deployments/web', { body: { replicas: 2 } })).toMatchObject({
    status: 200,
  });
};

/** When it is back: the very same containers run, and what was declared meanwhile does too. */
const expectBack = async (before: readonly string[], name: string) => {
  const seen = await ring.until(
    'web',
    ({ status, ready_replicas }) => status === 'running' && ready_replicas === 2,
  );
  expect([...seen.instances].sort()).toEqual([...before].sort());
  expect(runningIds(await ring.containers('web'))).toEqual([...before].sort());
  await ring.untilStatus(name, 'running');
  expect(await idsOf(name)).toHaveLength(1);
  expect(await ready()).toMatchObject({ status: 200, body: { state: 'UP' } });
};

describe.runIf(isLinuxRoot())('an engine under a running Ring', () => {
  test.each(['TERM', 'KILL'] as const)(
    'an engine ended by %s is unknown until it is back, and no container is lost or doubled',
    async (how) => {
      const name = `during-${how.toLowerCase()}`;
      const before = (await ring.read('web')).instances;
      await engine.stop(how);
      await expectAway(before, name);
      expect(await ready()).toMatchObject({
        status: 503,
        body: {
          state: 'DOWN',
          database: 'UP',
          engine: 'DOWN',
          error: expect.stringContaining('engine'),
          code: 'ENGINE_UNAVAILABLE',
        },
      });
      await engine.start();
      await expectBack(before, name);
    },
  );

  test('an engine that hangs is unknown within the deadline of a call, and all is well when it goes on', async () => {
    const before = (await ring.read('web')).instances;
    engine.freeze();
    try {
      await expectAway(before, 'during-hang');
    } finally {
      engine.thaw();
    }
    await expectBack(before, 'during-hang');
  });

  test('told to end while the engine hangs, Ring exits with 0, and started then it serves and waits for the engine', async () => {
    const before = (await ring.read('web')).instances;
    engine.freeze();
    try {
      // The write wakes a tick, which waits for the engine when Ring is told to end.
      await ring.declare('during-end', { image, replicas: 1 });
      expect(await ring.stop()).toBe(0);
      await ring.start();
      await expectAway(before, 'during-frozen-start');
      expect(await ready()).toMatchObject({
        status: 503,
        body: { state: 'DOWN', database: 'UP', engine: 'DOWN', code: 'ENGINE_UNAVAILABLE' },
      });
    } finally {
      engine.thaw();
    }
    await expectBack(before, 'during-frozen-start');
    await ring.untilStatus('during-end', 'running');
    expect(await idsOf('during-end')).toHaveLength(1);
  });

  test('a delete while the engine is away wins when it is back', async () => {
    await ring.declare('leaving', { image, namespace: 'leaving' });
    await ring.untilStatus('leaving', 'running');
    await engine.stop('TERM');
    expect(await ring.call('DELETE', '/deployments/leaving')).toMatchObject({ status: 200 });
    expect(await ring.read('leaving')).toMatchObject({ status: 'deleted' });
    await engine.start();
    await ring.untilGone('leaving');
    expect(await idsOf('leaving')).toEqual([]);
  });

  test('a job that an ending engine interrupts is failed and not run again, whatever it ended with', async () => {
    await ring.declare('interrupted', {
      kind: 'job',
      image,
      command: ['sh', '-c', 'trap "exit 0" TERM; echo run >> /runs/it; sleep 600 & wait'],
      volumes: [`${folder}:/runs`],
    });
    await ring.untilStatus('interrupted', 'running');
    await engine.stop('TERM');
    await engine.start();
    const seen = await ring.until(
      'interrupted',
      ({ status }) => status === 'failed' || status === 'completed',
    );
    expect(seen).toMatchObject({ status: 'failed', status_reason: expect.stringContaining('interrupted') });
    await ring.call('POST', '/reconcile');
    expect(await readFile(join(folder, 'it'), 'utf8')).toBe('run\n');
  });

  test('Ring starts without an engine, says so, and goes to work when there is one', async () => {
    const before = (await ring.read('web')).instances;
    await ring.stop();
    await engine.stop('KILL');
    await ring.start();
    await expectAway(before, 'during-start');
    await engine.start();
    await expectBack(before, 'during-start');
  });
});
