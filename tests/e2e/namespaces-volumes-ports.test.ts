/** What stands beside deployments on a real engine: ports that are taken, namespaces that go as a whole, volumes that stay. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/docker-world.ts';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess();
});

afterAll(async () => {
  await ring?.close();
});

const put = async (id: string, body: object) => {
  const answer = await ring.call('PUT', `/deployments/${id}`, {
    body: { image, namespace: 'ports', ...body },
  });
  return [answer.status, answer.body.code, answer.body.errors?.[0]?.detail];
};

test.concurrent.each([
  ['127.0.0.1', 'heard'],
  ['::', 'heard-under-both'],
])(
  'a port that a program of the host listens on, at %s, is refused at apply, and taken once it is free',
  async (host, id) => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const listened = { ports: [`${port}:80`] };
    try {
      const [status, code, message] = await put(id, listened);
      expect([status, code]).toEqual([409, 'PORT_IN_USE']);
      expect(message).toMatch(new RegExp(`^host port 127\\.0\\.0\\.1:${port}/tcp is held by `));
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    expect((await put(id, listened))[0]).toBe(201);
    await ring.untilStatus(id, 'running');
    // What its own container holds is in nobody's way.
    expect((await put(id, { ...listened, labels: { version: '2' } }))[0]).toBe(200);
    expect(await put(`not-${id}`, listened)).toEqual([
      409,
      'PORT_IN_USE',
      `host port 127.0.0.1:${port}/tcp is published by deployment ${id}`,
    ]);
  },
);

test.concurrent('a port that a container of somebody else publishes is refused, the container named', async () => {
  const port = await freePort();
  const name = `ring-test-${randomUUID()}`;
  const stranger = await ring.docker.createContainer({
    name,
    Image: image,
    ExposedPorts: { '80/tcp': {} },
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] } },
  });
  try {
    await stranger.start();
    expect(await put('blocked', { ports: [`${port}:80`] })).toEqual([
      409,
      'PORT_IN_USE',
      `host port 127.0.0.1:${port}/tcp is held by the container ${name}`,
    ]);
  } finally {
    await stranger.remove({ force: true });
  }
});

test.concurrent('a namespace goes with all that is in it, its network too, and the volume of it stays', async () => {
  const [namespace, volume] = ['going', `ring-test-${randomUUID()}`];
  for (const id of ['left', 'right']) {
    await ring.declare(id, { image, namespace, stop_grace: 1, volumes: [`${volume}:/data`] });
  }
  for (const id of ['left', 'right']) await ring.untilStatus(id, 'running');
  const listed = async () => (await ring.call('GET', '/namespaces')).body;
  expect(await listed()).toContainEqual(expect.objectContaining({ name: namespace, deployments: 2 }));
  expect((await ring.call('DELETE', `/namespaces/${namespace}`)).body.code).toBe('NAMESPACE_NOT_EMPTY');
  expect((await ring.call('DELETE', `/volumes/${volume}`)).body.error).toContain('deployment left');
  expect((await ring.call('DELETE', `/namespaces/${namespace}?cascade=true`)).status).toBe(200);
  for (const id of ['left', 'right']) await ring.untilGone(id);
  expect((await ring.call('GET', `/namespaces/${namespace}`)).status).toBe(404);
  await until(
    async () => (await ring.networks()).map(({ Name }) => Name),
    (names) => !names.includes(`ring_${namespace}`),
    { what: 'the network being gone' },
  );
  const { body } = await ring.call('GET', `/volumes/${volume}`);
  expect(body).toMatchObject({ name: volume, deployments: [], containers: [] });
  expect((await ring.call('DELETE', `/volumes/${volume}`)).status).toBe(200);
  await expect(ring.docker.getVolume(volume).inspect()).rejects.toMatchObject({ statusCode: 404 });
});

test.concurrent('a volume of somebody else is never told of, made again or removed', async () => {
  const name = `ring-test-${randomUUID()}`;
  await ring.docker.createVolume({ Name: name });
  try {
    await ring.declare('guest', { image, namespace: 'guests', volumes: [`${name}:/data`] });
    await ring.untilStatus('guest', 'running');
    expect((await ring.call('DELETE', `/volumes/${name}`)).status).toBe(404);
    expect((await ring.call('POST', '/volumes', { body: { name } })).body.code).toBe('VOLUME_EXISTS');
    await ring.call('DELETE', '/deployments/guest');
    await ring.untilGone('guest');
    expect((await ring.docker.getVolume(name).inspect()).Name).toBe(name);
  } finally {
    await ring.docker.getVolume(name).remove();
  }
});
