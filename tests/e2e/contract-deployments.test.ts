/** The contract's deployments, its own examples with other images, field by field and status by status, on a real engine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';

let ring: RingProcess;
let image = '';
let folder = '';
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const containerId = expect.stringMatching(/^[0-9a-f]{64}$/);

beforeAll(async () => {
  image = await ensureTestImage();
  folder = await mkdtemp(join(tmpdir(), 'ring-contract-'));
  ring = await openRingProcess();
});

afterAll(async () => {
  await ring?.close();
  await rm(folder, { recursive: true, force: true });
});

test('the example of a worker is created and listed, with every field of its type', async () => {
  const body = {
    name: 'nginx-demo',
    image,
    labels: { app: 'nginx' },
    secrets: { ENV: 'production' },
  };
  const created = await ring.call('POST', '/deployments', { body });
  expect(created).toMatchObject({
    status: 201,
    body: { id: 'nginx-demo', name: 'nginx-demo', namespace: 'default', status: 'creating' },
  });
  await ring.untilStatus('nginx-demo', 'running');
  const summary = {
    id: 'nginx-demo',
    name: 'nginx-demo',
    namespace: 'default',
    image,
    runtime: 'docker',
    kind: 'worker',
    replicas: 1,
    status: 'running',
    instances: [containerId],
    created_at: time,
    updated_at: time,
  };
  const list = await ring.call('GET', '/deployments');
  expect([list.status, list.body]).toEqual([200, [expect.objectContaining(summary)]]);
  const detail = await ring.call('GET', '/deployments/nginx-demo');
  expect([detail.status, detail.body]).toEqual([
    200,
    expect.objectContaining({
      ...summary,
      volumes: '[]',
      secrets: { ENV: 'production' },
      labels: { app: 'nginx' },
    }),
  ]);
  const [id] = detail.body.instances;
  expect((await ring.docker.getContainer(id).inspect()).State.Running).toBe(true);
});

test('the example in full is created as it is written', async () => {
  const body = {
    name: 'my-app',
    runtime: 'docker',
    namespace: 'production',
    kind: 'worker',
    replicas: 3,
    image,
    labels: { app: 'nginx', version: '1.21' },
    secrets: { ENV: 'production', DEBUG: 'false' },
    volumes: [`${folder}/host/data:/app/data`],
  };
  const created = await ring.call('POST', '/deployments', { body });
  expect(created).toMatchObject({
    status: 201,
    body: { id: 'my-app', name: 'my-app', namespace: 'production', status: 'creating' },
  });
  const seen = await ring.untilStatus('my-app', 'running');
  expect(seen).toMatchObject({ replicas: 3, instances: [containerId, containerId, containerId] });
  expect(JSON.parse(seen.volumes)).toEqual([
    expect.objectContaining({ source: `${folder}/host/data`, destination: '/app/data' }),
  ]);
  expect(await ring.call('POST', '/deployments', { body })).toMatchObject({
    status: 409,
    body: { error: expect.stringContaining('/deployments/my-app'), code: 'DEPLOYMENT_EXISTS' },
  });
});

test('the example of a job runs its command', async () => {
  const body = {
    name: 'migration',
    runtime: 'docker',
    namespace: 'production',
    kind: 'job',
    replicas: 1,
    image,
    command: ['echo', 'run', 'migrate'],
  };
  expect(await ring.call('POST', '/deployments', { body })).toMatchObject({ status: 201 });
  const seen = await ring.untilStatus('migration', 'completed');
  expect(seen).toMatchObject({ kind: 'job', instances: [containerId] });
  const logs = await ring.call('GET', '/deployments/migration/logs');
  expect([logs.status, logs.body]).toEqual([
    200,
    [expect.objectContaining({ message: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z run migrate$/) })],
  ]);
});

test('the list is filtered by namespaces and by statuses', async () => {
  const ids = async (query: string) =>
    (await ring.call('GET', `/deployments${query}`)).body.map(({ id }: { id: string }) => id);
  expect(await ids('?namespace[]=production')).toEqual(['migration', 'my-app']);
  expect(await ids('?namespace[]=production&namespace[]=default')).toEqual([
    'migration',
    'my-app',
    'nginx-demo',
  ]);
  expect(await ids('?namespace[]=staging')).toEqual([]);
  expect(await ids('?status[]=completed')).toEqual(['migration']);
  expect(await ids('?status[]=running&namespace[]=production')).toEqual(['my-app']);
  expect(await ids('?status%5B%5D=running&status%5B%5D=completed')).toHaveLength(3);
  expect(await ring.call('GET', '/deployments?status[]=sleeping')).toMatchObject({ status: 400 });
});

test('events are told with level and limit', async () => {
  const path = '/deployments/nginx-demo/events';
  const all = await ring.call('GET', path);
  expect(all.status).toBe(200);
  expect(all.body.map(({ reason }: { reason: string }) => reason)).toEqual([
    'DeploymentCreated',
    'ContainerCreated',
    'ContainerStarted',
    'StatusChanged',
  ]);
  expect(all.body[2]).toMatchObject({
    id: expect.stringMatching(/^event_\d+$/),
    timestamp: time,
    level: 'info',
    component: 'docker',
    reason: 'ContainerStarted',
    message: 'Container default_nginx-demo_0_r1 started',
  });
  expect((await ring.call('GET', `${path}?level=error`)).body).toEqual([]);
  expect((await ring.call('GET', `${path}?limit=1`)).body).toEqual(all.body.slice(-1));
  expect(await ring.call('GET', `${path}?level=loud`)).toMatchObject({ status: 400 });
});

test('a delete answers 200, and the deployment is gone with its containers', async () => {
  const deleted = await ring.call('DELETE', '/deployments/my-app');
  expect(deleted).toMatchObject({ status: 200, body: { id: 'my-app', status: 'deleted' } });
  await ring.untilGone('my-app');
  expect(await ring.containers('my-app')).toEqual([]);
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/logs'],
    ['GET', '/events'],
  ]) {
    expect(await ring.call(method ?? '', `/deployments/my-app${path}`)).toMatchObject({
      status: 404,
      body: { error: 'Deployment not found', code: 'DEPLOYMENT_NOT_FOUND' },
    });
  }
});
