/** Workers that cannot run on a real engine: the status names the cause, the old and the strangers are left alone, and it heals when the cause goes. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/docker-world.ts';
import { ensureTestImage } from '../support/images.ts';
import { runningIds } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';

let ring: RingProcess;
let image = '';
let folder = '';
const namespace = 'trouble';

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess();
  folder = await mkdtemp(join(tmpdir(), 'ring-trouble-'));
});

afterAll(async () => {
  await ring?.close();
  await rm(folder, { recursive: true, force: true });
});

test.concurrent('an image that no registry has is image_pull_back_off', async () => {
  await ring.declare('unpullable', { image: '127.0.0.1:9/nothing:1', namespace });
  const seen = await ring.untilStatus('unpullable', 'image_pull_back_off');
  expect(seen).toMatchObject({ instances: [], ready_replicas: 0, image_id: null });
  expect(await ring.events('unpullable')).toContainEqual(
    expect.objectContaining({ reason: 'ImagePullFailed', level: 'error', component: 'docker' }),
  );
});

test.concurrent('an image that may not be pulled and is not there is image_pull_back_off', async () => {
  const repo = `ring-missing-${randomUUID()}`;
  const missing = `${repo}:1`;
  await ring.declare('absent', { image: missing, namespace, image_pull_policy: 'Never' });
  const seen = await ring.untilStatus('absent', 'image_pull_back_off');
  expect(seen.status_reason).toContain(missing);

  await ring.docker.getImage(image).tag({ repo, tag: '1' });
  try {
    await ring.untilStatus('absent', 'running');
  } finally {
    await ring.docker.getImage(missing).remove();
  }
});

test.concurrent('a command that does not exist is create_container_error, and a good one heals', async () => {
  await ring.declare('unstartable', { image, namespace, command: ['/bin/no-such-thing'] });
  const seen = await ring.untilStatus('unstartable', 'create_container_error');
  expect(seen.status_reason).toContain('/bin/no-such-thing');

  await ring.declare('unstartable', { image, namespace });
  const healed = await ring.until(
    'unstartable',
    (now) => now.status === 'running' && now.instances.length === 1,
  );
  expect(healed).toMatchObject({ status_reason: null, ready_replicas: 1 });
});

test.concurrent('a worker that ends again and again is crash_loop_back_off with its exit code, and a good one heals', async () => {
  await ring.declare('looping', { image, namespace, command: ['sh', '-c', 'echo why; exit 42'] });
  const seen = await ring.untilStatus('looping', 'crash_loop_back_off');
  expect(seen).toMatchObject({ ready_replicas: 0, status_reason: expect.stringContaining('exit code 42') });
  expect(seen.restarts).toBeGreaterThanOrEqual(3);
  const { body } = await ring.call('GET', '/deployments/looping/logs');
  expect(body[0].message).toMatch(/ why$/);

  await ring.declare('looping', { image, namespace });
  // What is looping is up now and then, and never taken for what serves.
  const [old = ''] = seen.instances;
  const healed = await ring.untilStatus('looping', 'running');
  const fresh = healed.instances.filter((id) => id !== old);
  expect(fresh).toHaveLength(1);
  await ring.until('looping', ({ instances }) => instances.join() === fresh.join());
  expect(runningIds(await ring.containers('looping'))).toEqual(fresh);
});

test.concurrent('a worker that takes more memory than it may is told to be killed for it', async () => {
  await ring.declare('greedy', {
    image,
    namespace,
    command: ['sh', '-c', 'tail -c 200m /dev/zero'],
    resources: { limits: { memory: '12m' } },
  });
  // The engine tells of the memory a moment after the end, and forgets it at the next one.
  const seen = await ring.until(
    'greedy',
    ({ status, status_reason: why }) =>
      status === 'crash_loop_back_off' && (why?.includes('killed for using too much memory') ?? false),
  );
  expect(seen.restarts).toBeGreaterThanOrEqual(3);
});

test.concurrent('a name that a stranger took is create_container_error; the stranger is left, and it heals once gone', async () => {
  const name = 'trouble_claimed_0_r1';
  const stranger = await ring.docker.createContainer({ name, Image: image });
  try {
    await ring.declare('claimed', { image, namespace });
    const seen = await ring.untilStatus('claimed', 'create_container_error');
    expect(seen.status_reason).toContain(name);
    expect((await stranger.inspect()).State.Status).toBe('created');
  } finally {
    await stranger.remove({ force: true });
  }
  const healed = await ring.untilStatus('claimed', 'running');
  expect(healed.instances).not.toContain(stranger.id);
});

const hold = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

test.concurrent('a host port that is taken since it was declared is network_error, and it heals once the port is free', async () => {
  const port = await freePort();
  const portless = { image, namespace, ports: [`${port}:80`], depends_on: [{ name: 'doorman' }] };
  await ring.declare('portless', portless);
  await ring.untilStatus('portless', 'pending');
  const holder = await hold(port);
  try {
    await ring.declare('doorman', { image, namespace });
    const seen = await ring.untilStatus('portless', 'network_error');
    expect(seen.status_reason).toContain(String(port));
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
  await ring.untilStatus('portless', 'running');
  const page = await fetch(`http://127.0.0.1:${port}/`);
  expect(await page.text()).toContain('version 1');
});

test.concurrent('a bound path that is missing is file_system_error, and it heals once it is there', async () => {
  const source = join(folder, 'later');
  await ring.declare('unbound', {
    image,
    namespace,
    volumes: [{ type: 'bind', source, destination: '/later' }],
  });
  const seen = await ring.untilStatus('unbound', 'file_system_error');
  expect(seen.status_reason).toContain(source);
  await writeFile(source, 'here');
  await ring.untilStatus('unbound', 'running');
});

test.concurrent('a user that the image does not know is an error that names it', async () => {
  await ring.declare('nobody', { image, namespace, user: 'no-such-user' });
  const seen = await ring.until('nobody', ({ status_reason }) => status_reason?.includes('user') ?? false);
  expect(seen.status).toBe('config_error');
  expect(seen.status_reason).toContain('no-such-user');
});

test.concurrent('a replica in trouble does not stop the others, nor other deployments', async () => {
  const name = 'trouble_partly_1_r1';
  const stranger = await ring.docker.createContainer({ name, Image: image });
  try {
    await ring.declare('partly', { image, namespace, replicas: 3 });
    const seen = await ring.until(
      'partly',
      ({ ready_replicas, status }) => ready_replicas === 2 && status === 'create_container_error',
    );
    expect(seen.instances).toHaveLength(2);
  } finally {
    await stranger.remove({ force: true });
  }
  await ring.until('partly', ({ ready_replicas, status }) => ready_replicas === 3 && status === 'running');
});
