/**
 * A wall clock that jumps by a day, forward and back: what runs runs on, what is lost is made again, and work goes on.
 * What waits for a time that was set back still waits for it: docs/TESTING.md says what that is.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { running, runningIds, shapeOf } from '../support/inspect.ts';
import { clockOffsetFile } from '../support/odd-ring.ts';
import { makeRingCommand, type RingCommand } from '../support/ring-command.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

const day = 86_400_000;
let command: RingCommand;
let ring: RingProcess;
let folder = '';
let image = '';
let next = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ring-clock-'));
  await writeFile(join(folder, 'offset'), '0');
  image = await ensureTestImage('1');
  next = await ensureTestImage('2');
  command = await makeRingCommand('tests/support/odd-ring.ts');
  // A token may not live longer than this, and the clock jumps further.
  const env = { RING_INTERVAL: '1s', RING_TOKEN_TTL: '30d', [clockOffsetFile]: join(folder, 'offset') };
  ring = await openRingProcess({ command, env });
});

afterAll(async () => {
  await ring?.close();
  await command?.remove();
  await rm(folder, { recursive: true });
});

const jump = async (offsetMs: number) => {
  await writeFile(join(folder, 'offset'), String(offsetMs));
  ring.serving().kill('SIGUSR2');
};

const terms = {
  namespace: 'clock',
  stop_grace: '2s',
  update: { min_healthy_time: '1s', drain_delay: '200ms' },
};

const untilRuns = async (id: string, replicas: number): Promise<readonly string[]> => {
  await until(
    async () => shapeOf(await ring.containers(id)),
    (shape) => shape.join() === running(replicas).join(),
    { what: `${replicas} replicas of ${id}` },
  );
  return (await ring.until(id, (seen) => seen.status === 'running' && seen.ready_replicas === replicas))
    .instances;
};

const untilRolledOut = async (id: string, revision: number) => {
  await ring.until(id, ({ rollout }) => rollout?.revision === revision && rollout.state === 'completed', {
    what: `revision ${revision} of ${id}`,
  });
  await untilRuns(id, 2);
};

test.each([
  ['a-day-forward', day],
  ['a-day-back', -day],
])(
  'after a jump of %s containers stay, are healed, scaled up and deleted as declared',
  async (id, offsetMs) => {
    await ring.declare(id, { image, replicas: 2, ...terms });
    await untilRolledOut(id, 1);
    const before = await untilRuns(id, 2);

    await jump(offsetMs);

    try {
      await ring.call('POST', '/reconcile');
      expect(runningIds(await ring.containers(id))).toEqual([...before].sort());
      await ring.docker.getContainer(before[0] ?? '').remove({ force: true });
      await until(
        async () => runningIds(await ring.containers(id)),
        (ids) => ids.length === 2 && !ids.includes(before[0] ?? ''),
        { what: 'the lost replica' },
      );
      await ring.call('PATCH', `/deployments/${id}`, { body: { replicas: 3 } });
      await untilRuns(id, 3);
      expect((await ring.call('DELETE', `/deployments/${id}`)).status).toBe(200);
      await ring.untilGone(id);
    } finally {
      await jump(0);
    }
  },
);

test('after a clock that was wrong is set right, forward or back, a rollout ends', async () => {
  await jump(day);
  await ring.declare('set-right', { image, replicas: 2, ...terms });
  await untilRolledOut('set-right', 1);
  await jump(0);
  await ring.declare('set-right', { image: next, replicas: 2, ...terms });
  await untilRolledOut('set-right', 2);
  await jump(day);
  await ring.declare('set-right', { image, replicas: 2, ...terms });
  await untilRolledOut('set-right', 3);
  await jump(0);
});

test('jumps in the middle of a rollout may fail it, but nobody is left without what serves', async () => {
  await ring.declare('moving', { image, replicas: 2, ...terms });
  await untilRolledOut('moving', 1);
  await ring.declare('moving', { image: next, replicas: 2, ...terms });
  for (const offsetMs of [day, -day, 0]) {
    await jump(offsetMs);
    await ring.call('POST', '/reconcile');
    expect(runningIds(await ring.containers('moving')).length).toBeGreaterThanOrEqual(2);
  }
  // A day without progress is more than a rollout is given.
  await ring.until('moving', ({ rollout }) => /completed|rolled_back/.test(rollout?.state ?? ''), {
    what: 'the end of the rollout',
  });
  await untilRuns('moving', 2);
});
