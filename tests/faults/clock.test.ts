/** A wall clock that jumps, by a day and by ten years, forward and back: what runs runs on, and work goes on. */
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

const untilRuns = async (replicas: number): Promise<readonly string[]> => {
  await until(
    async () => shapeOf(await ring.containers('web')),
    (shape) => shape.join() === running(replicas).join(),
    { what: `${replicas} replicas` },
  );
  return (await ring.until('web', (seen) => seen.status === 'running' && seen.ready_replicas === replicas))
    .instances;
};

test.each([
  ['a day forward', day],
  ['back to the right time', 0],
  ['a day back', -day],
  ['two days forward', day],
])('the clock jumps %s: containers stay, are healed, and change as declared', async (_, offsetMs) => {
  await ring.declare('web', { image, replicas: 2, ...terms });
  await ring.until('web', ({ rollout }) => rollout === null || rollout.state === 'completed');
  const before = await untilRuns(2);

  await jump(offsetMs);

  await ring.call('POST', '/reconcile');
  expect(runningIds(await ring.containers('web'))).toEqual([...before].sort());
  await ring.docker.getContainer(before[0] ?? '').remove({ force: true });
  await until(
    async () => runningIds(await ring.containers('web')),
    (ids) => ids.length === 2 && !ids.includes(before[0] ?? ''),
    { what: 'the lost replica' },
  );
  const { revision } = await ring.declare('web', { image: next, replicas: 2, ...terms });
  await ring.until('web', ({ rollout }) => rollout?.revision === revision && rollout.state === 'completed', {
    what: 'the end of the rollout',
  });
  await untilRuns(2);
});

test('the clock jumps in the middle of a rollout, and it ends as it should', async () => {
  await jump(0);
  await ring.declare('web', { image, replicas: 2, ...terms });
  const { revision } = await ring.declare('web', { image: next, replicas: 2, ...terms });
  for (const offsetMs of [day, -day, 0]) {
    await jump(offsetMs);
    await ring.call('POST', '/reconcile');
  }
  await ring.until('web', ({ rollout }) => rollout?.revision === revision && rollout.state === 'completed', {
    what: 'the end of the rollout',
  });
  await untilRuns(2);
});
