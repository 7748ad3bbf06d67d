/** Deployments that wait for others, or for memory, on a real engine: nothing of them is there before they may begin. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess();
});

afterAll(async () => {
  await ring?.close();
});

const migration = (seconds: number, exitCode = 0) => ({
  image,
  namespace: 'chain',
  kind: 'job' as const,
  command: ['sh', '-c', `sleep ${seconds}; exit ${exitCode}`],
});

test.concurrent('an app waits for its database to be healthy and for its migrations, and they for the database', async () => {
  const namespace = 'chain';
  const depends_on = [
    { name: 'db', condition: 'healthy' as const },
    { name: 'migrate', condition: 'completed' as const },
  ];
  await ring.declare('app', { image, namespace, depends_on });
  const waiting = await ring.untilStatus('app', 'pending');
  expect(waiting).toMatchObject({
    status_reason:
      'waits for db to be healthy and for migrate to complete (db does not exist; migrate does not exist)',
    instances: [],
  });
  await ring.declare('migrate', { ...migration(2), depends_on: [{ name: 'db', condition: 'healthy' }] });
  await ring.untilStatus('migrate', 'pending');
  await ring.declare('db', {
    image,
    namespace,
    health_checks: [{ type: 'command', command: ['true'], interval: '5s' }],
  });
  await ring.untilStatus('migrate', 'running');
  expect(await ring.containers('app')).toEqual([]);
  await ring.untilStatus('app', 'running');
  expect(await ring.read('migrate')).toMatchObject({ status: 'completed' });
  const reasons = (await ring.events('app')).map(({ reason }) => reason);
  expect(reasons).toEqual(expect.arrayContaining(['DependencyWaiting', 'DependencyMet']));

  // The next version: its migrations first, while the old one serves.
  const before = await ring.read('app');
  await ring.declare('migrate', {
    ...migration(2),
    labels: { version: '2' },
    depends_on: [{ name: 'db', condition: 'healthy' }],
  });
  await ring.declare('app', { image, namespace, depends_on, labels: { version: '2' } });
  const held = await ring.until('app', ({ status_reason }) => status_reason?.includes('waits for') ?? false);
  expect(held).toMatchObject({
    status: 'running',
    status_reason: 'revision 2 waits for migrate to complete',
    instances: before.instances,
  });
  const after = await ring.until(
    'app',
    ({ rollout }) => rollout?.state === 'completed' && rollout.revision === 2,
  );
  expect(after.instances).not.toEqual(before.instances);
});

test.concurrent('what waits for a job that failed says so, and begins once a run of it completes', async () => {
  const namespace = 'failing';
  await ring.declare('seed', { ...migration(0, 3), namespace });
  await ring.declare('shop', { image, namespace, depends_on: [{ name: 'seed', condition: 'completed' }] });
  const held = await ring.until('shop', ({ status_reason }) => status_reason?.includes('failed') ?? false);
  expect([held.status, held.status_reason]).toEqual([
    'pending',
    'waits for seed to complete (its run 1 failed: it ended with exit code 3)',
  ]);
  await ring.declare('seed', { ...migration(0), namespace });
  await ring.untilStatus('shop', 'running');
});

test.concurrent('deployments that would wait for each other are refused, the circle named', async () => {
  const namespace = 'circle';
  const on = (name: string) => ({ image, namespace, replicas: 0, depends_on: [{ name }] });
  await ring.declare('round', on('about'));
  const refused = await ring.call('PUT', '/deployments/about', { body: on('round') });
  expect([refused.status, refused.body]).toMatchObject([
    400,
    {
      code: 'INVALID_REQUEST',
      errors: [
        {
          pointer: '/depends_on/0/name',
          detail: 'deployments would wait for each other: about -> round -> about',
        },
      ],
    },
  ]);
});

test.concurrent('what requests more memory than the host has is held before it is pulled', async () => {
  const namespace = 'greedy';
  const resources = { requests: { memory: '64t' } };
  // An image that no registry has: it is not even asked for.
  await ring.declare('greedy', { image: '127.0.0.1:9/nothing:1', namespace, resources });
  const held = await ring.untilStatus('greedy', 'insufficient_resources');
  expect(held.status_reason).toMatch(
    /^needs 64 TiB of memory, and [\d.]+ [KMGT]iB of the host's [\d.]+ [MGT]iB are free$/,
  );
  expect(await ring.containers('greedy')).toEqual([]);
  const reasons = (await ring.events('greedy')).map(({ reason }) => reason);
  expect(reasons).toContain('InsufficientResources');
  expect(reasons).not.toContain('ImagePullFailed');
});

test.concurrent('what was held for memory begins as it is once its holder is deleted', async () => {
  const namespace = 'hungry';
  const { MemTotal } = await ring.docker.info();
  const resources = { requests: { memory: String(Math.floor(MemTotal * 0.6)) } };
  await ring.declare('holder', { image, namespace, resources });
  await ring.untilStatus('holder', 'running');
  await ring.declare('hungry', { image, namespace, resources });
  await ring.untilStatus('hungry', 'insufficient_resources');
  expect(await ring.containers('hungry')).toEqual([]);
  await ring.call('DELETE', '/deployments/holder');
  const healed = await ring.untilStatus('hungry', 'running');
  expect([healed.revision, healed.instances.length]).toEqual([1, 1]);
  await ring.untilGone('holder');
});
