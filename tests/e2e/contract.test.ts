/** The contract's endpoints beside deployments, status by status, against a real engine. */
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';

let ring: RingProcess;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

beforeAll(async () => {
  ring = await openRingProcess();
});

afterAll(() => ring?.close());

describe('health and authentication', () => {
  test('GET /healthz answers anyone', async () => {
    const { status, body } = await ring.call('GET', '/healthz', { token: null });
    expect([status, body]).toEqual([200, { state: 'UP' }]);
  });

  test('POST /login gives a token, and 401 for a wrong password', async () => {
    const good = { username: 'admin', password: 'changeme' };
    const answer = await ring.call('POST', '/login', { token: null, body: good });
    expect(answer).toMatchObject({ status: 200, body: { token: expect.stringMatching(/^eyJ/) } });
    const wrong = { ...good, password: 'something else' };
    expect(await ring.call('POST', '/login', { token: null, body: wrong })).toMatchObject({
      status: 401,
      body: { error: expect.any(String), code: 'INVALID_CREDENTIALS' },
    });
  });

  test.each([
    ['GET', '/deployments'],
    ['POST', '/deployments'],
    ['GET', '/deployments/nginx-demo'],
    ['DELETE', '/deployments/nginx-demo'],
    ['GET', '/deployments/nginx-demo/logs'],
    ['GET', '/deployments/nginx-demo/events'],
    ['GET', '/users'],
    ['POST', '/users'],
    ['GET', '/users/me'],
    ['PUT', '/users/1'],
    ['DELETE', '/users/1'],
    ['GET', '/configs'],
    ['POST', '/configs'],
    ['GET', '/configs/app-config'],
    ['DELETE', '/configs/app-config'],
    ['GET', '/node/get'],
  ])('%s %s answers nobody without a token', async (method, path) => {
    for (const token of [null, 'eyJhbGciOiJIUzI1NiJ9.e30.x']) {
      expect(await ring.call(method, path, { token })).toMatchObject({
        status: 401,
        body: { error: expect.any(String), code: 'UNAUTHORIZED' },
      });
    }
  });
});

test('users are created, read, changed and deleted', async () => {
  const admin = { id: '1', username: 'admin', created_at: time };
  const listed = await ring.call('GET', '/users');
  expect([listed.status, listed.body]).toEqual([200, [expect.objectContaining(admin)]]);
  const me = await ring.call('GET', '/users/me');
  expect([me.status, me.body]).toEqual([200, expect.objectContaining(admin)]);
  const john = { username: 'john', password: 'secretpassword' };
  const created = await ring.call('POST', '/users', { body: john });
  expect(created).toMatchObject({ status: 201, body: { id: '2', username: 'john', created_at: time } });
  expect(await ring.call('POST', '/users', { body: john })).toMatchObject({ status: 409 });
  const login = await ring.call('POST', '/login', { token: null, body: john });
  const { token } = login.body;
  expect(await ring.call('GET', '/users/me', { token })).toMatchObject({ body: { username: 'john' } });
  const change = { password: 'newpassword' };
  expect(await ring.call('PUT', '/users/2', { body: change })).toMatchObject({ status: 200 });
  expect(await ring.call('GET', '/users/me', { token })).toMatchObject({ status: 401 });
  const again = await ring.call('POST', '/login', { token: null, body: { ...john, ...change } });
  expect(again.status).toBe(200);
  expect(JSON.stringify([listed, me, created].map(({ body }) => body))).not.toMatch(/password|hash|salt/i);
  expect(await ring.call('DELETE', '/users/2')).toMatchObject({ status: 200 });
  expect(await ring.call('GET', '/users/me', { token: again.body.token })).toMatchObject({ status: 401 });
  expect(await ring.call('DELETE', '/users/2')).toMatchObject({
    status: 404,
    body: { code: 'USER_NOT_FOUND' },
  });
});

test('configs are created, listed, read and deleted', async () => {
  const config = {
    name: 'app-config',
    namespace: 'production',
    data: '{"database":{"host":"localhost","port":5432}}',
  };
  const whole = expect.objectContaining({ id: 'app-config', ...config });
  const created = await ring.call('POST', '/configs', { body: config });
  expect([created.status, created.body]).toEqual([201, whole]);
  expect(await ring.call('POST', '/configs', { body: config })).toMatchObject({ status: 409 });
  expect((await ring.call('GET', '/configs')).body).toEqual([whole]);
  const read = await ring.call('GET', '/configs/app-config');
  expect([read.status, read.body]).toEqual([200, whole]);
  expect(await ring.call('DELETE', '/configs/app-config')).toMatchObject({ status: 200 });
  expect(await ring.call('GET', '/configs/app-config')).toMatchObject({
    status: 404,
    body: { code: 'CONFIG_NOT_FOUND' },
  });
});

test('GET /node/get agrees with the engine and the host', async () => {
  const { status, body } = await ring.call('GET', '/node/get');
  const version = await ring.docker.version();
  const info = await ring.docker.info();
  expect(status).toBe(200);
  expect(body).toMatchObject({ hostname: hostname(), docker_version: version.Version });
  for (const usage of [body.cpu_usage, body.memory_usage, body.disk_usage]) {
    expect(usage).toBeGreaterThanOrEqual(0);
    expect(usage).toBeLessThanOrEqual(100);
  }
  expect(body.memory_usage).toBeGreaterThan(0);
  expect(body.disk_usage).toBeGreaterThan(0);
  // Others use the same engine, so its numbers may have moved on in between.
  expect(Math.abs(body.containers_total - info.Containers)).toBeLessThan(50);
  expect(body.containers_running).toBeLessThanOrEqual(body.containers_total);
});

test('GET /readyz and POST /reconcile say how Ring stands', async () => {
  const ready = await ring.call('GET', '/readyz', { token: null });
  expect([ready.status, ready.body]).toEqual([200, { state: 'UP', database: 'UP', engine: 'UP' }]);
  const report = await ring.call('POST', '/reconcile');
  expect(report).toMatchObject({ status: 200, body: { state: 'converged', failures: 0 } });
});

test('POST /logout ends the token, and no other', async () => {
  const body = { username: 'admin', password: 'changeme' };
  const { token } = (await ring.call('POST', '/login', { token: null, body })).body;
  expect((await ring.call('POST', '/logout', { token })).status).toBeLessThan(300);
  expect(await ring.call('GET', '/users/me', { token })).toMatchObject({ status: 401 });
  expect(await ring.call('GET', '/users/me')).toMatchObject({ status: 200 });
});
