/** A database that is not what it was: brought back from a backup, or gone. Nothing may be removed that it does not know. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { running, runningIds, shapeOf } from '../support/inspect.ts';
import { makeRingCommand, type RingCommand } from '../support/ring-command.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let command: RingCommand;
let ring: RingProcess;
let folder = '';
let first = '';
let second = '';

beforeAll(async () => {
  first = await ensureTestImage('1');
  second = await ensureTestImage('2');
  command = await makeRingCommand();
});

afterAll(() => command?.remove());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ring-database-'));
  await mkdir(join(folder, 'data'));
  ring = await openRingProcess({ command, dataDir: join(folder, 'data'), env: { RING_INTERVAL: '1s' } });
});

afterEach(async () => {
  await ring.close();
  await rm(folder, { recursive: true });
});

const terms = {
  namespace: 'database',
  stop_grace: '2s',
  update: { min_healthy_time: '100ms', drain_delay: '100ms' },
};

const untilRuns = async (id: string, replicas: number): Promise<readonly string[]> => {
  await until(
    async () => shapeOf(await ring.containers(id)),
    (shape) => shape.join() === running(replicas).join(),
    { what: `${replicas} of ${id}` },
  );
  return (
    await ring.until(id, ({ status, ready_replicas }) => status === 'running' && ready_replicas === replicas)
  ).instances;
};

const imagesOf = async (id: string): Promise<string[]> =>
  (await ring.containers(id)).map(({ Image }) => Image).sort();

const idOfImage = async (image: string): Promise<string> => (await ring.docker.getImage(image).inspect()).Id;

test('with the database of yesterday what it knows comes to be, and what it does not know is left alone', async () => {
  await ring.declare('changed', { image: first, replicas: 2, ...terms });
  await ring.declare('left', { image: first, ...terms });
  await untilRuns('changed', 2);
  await untilRuns('left', 1);
  await ring.stop();
  await cp(join(folder, 'data'), join(folder, 'yesterday'), { recursive: true });

  await ring.start();
  await ring.declare('changed', { image: second, replicas: 3, ...terms });
  await ring.until('changed', ({ rollout }) => rollout?.state === 'completed' && rollout.revision === 2);
  await untilRuns('changed', 3);
  await ring.declare('new', { image: first, replicas: 2, ...terms });
  const unknown = await untilRuns('new', 2);
  await ring.call('DELETE', '/deployments/left');
  await ring.untilGone('left');
  await ring.stop();
  await rm(join(folder, 'data'), { recursive: true });
  await cp(join(folder, 'yesterday'), join(folder, 'data'), { recursive: true });
  await ring.start();

  await untilRuns('changed', 2);
  const id = await idOfImage(first);
  await until(
    () => imagesOf('changed'),
    (images) => images.every((image) => image === id || image === first),
    { what: 'the version of yesterday' },
  );
  await untilRuns('left', 1);
  expect((await ring.call('GET', '/deployments/new')).status).toBe(404);
  expect(runningIds(await ring.containers('new'))).toEqual([...unknown].sort());

  // The number of the revision that was made after the backup is given again, to something else.
  await ring.declare('changed', { image: first, replicas: 2, ...terms, command: ['sleep', '600'] });
  await ring.until('changed', ({ rollout }) => rollout?.state === 'completed' && rollout.revision === 2);
  await untilRuns('changed', 2);
  expect(runningIds(await ring.containers('new'))).toEqual([...unknown].sort());
  // Declared again, it has its name back or says plainly whose it is: the old containers are still nobody's to remove.
  await ring.declare('new', { image: first, replicas: 2, ...terms });
  await ring.call('POST', '/reconcile');
  expect(runningIds(await ring.containers('new'))).toEqual(expect.arrayContaining([...unknown]));
});

test('a database that is deleted under Ring costs no container, neither while it runs nor after it starts anew', async () => {
  await ring.declare('web', { image: first, replicas: 2, ...terms });
  const before = await untilRuns('web', 2);
  await rm(join(folder, 'data'), { recursive: true });
  for (let look = 0; look < 3; look += 1) await ring.call('POST', '/reconcile').catch(() => null);
  expect(runningIds(await ring.containers('web'))).toEqual([...before].sort());

  await ring.kill();
  await mkdir(join(folder, 'data'), { recursive: true });
  const anew = await openRingProcess({ command, dataDir: join(folder, 'data') });
  try {
    expect(anew.installationId).not.toBe(ring.installationId);
    expect((await anew.call('GET', '/deployments')).body).toEqual([]);
    await anew.call('POST', '/reconcile');
    expect(runningIds(await ring.containers('web'))).toEqual([...before].sort());
  } finally {
    await anew.close();
  }
});
