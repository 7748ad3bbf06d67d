/** Secrets on a real engine: they arrive, a change rolls out, and their values are found nowhere else. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import type { Deployment } from '../../core/deployment/view.ts';
import { ensureTestImage } from '../support/images.ts';
import { inSlot, inside } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';
/** Of a user who may only read. */
let viewer = '';
const namespace = 'confided';
const update = { min_healthy_time: '1s', drain_delay: '200ms' } as const;
const patience = { withinMs: 90_000 };
/** Every value that was ever given to Ring. */
const values: string[] = [];

beforeAll(async () => {
  image = await ensureTestImage('1');
  ring = await openRingProcess({ env: { RING_LOG_LEVEL: 'debug' } });
  await ring.call('POST', '/users', { body: { username: 'eve', password: 'eve-password', role: 'viewer' } });
  viewer = await logIn('eve', 'eve-password');
});

afterAll(() => ring?.close());

const logIn = async (username: string, password: string): Promise<string> =>
  (await ring.call('POST', '/login', { body: { username, password }, token: null })).body.token;

const invent = (): string => {
  const value = `s3cret-${randomBytes(16).toString('hex')}`;
  values.push(value);
  return value;
};

const put = async (name: string): Promise<string> => {
  const value = invent();
  const { status, body } = await ring.call('PUT', `/secrets/${name}.${namespace}`, { body: { value } });
  expect([status < 300, JSON.stringify(body).includes(value)]).toEqual([true, false]);
  return value;
};

const isAt =
  (revision: number) =>
  ({ rollout }: Deployment): boolean =>
    rollout?.revision === revision && rollout.state === 'completed';

const told = async (id: string): Promise<string> =>
  inside(ring.docker, inSlot(await ring.containers(id), 0), ['sh', '-c', 'echo $PASSWORD']);

test('a secret arrives by its name, a change rolls out start-first, and it stays while it is used', async () => {
  const first = await put('web');
  const PASSWORD = { secretRef: 'web' };
  await ring.declare('web', { image, namespace, update, secrets: { PASSWORD, MODE: 'plain' } });
  await ring.until('web', isAt(1), patience);
  expect(await told('web')).toBe(first);
  const [before] = await ring.containers('web');

  const second = await put('web');
  let fewest = Number.POSITIVE_INFINITY;
  const after = await ring.until(
    'web',
    (seen) => {
      fewest = Math.min(fewest, seen.ready_replicas);
      return isAt(2)(seen);
    },
    patience,
  );
  expect([fewest, after.revision]).toEqual([1, 2]);
  expect(await told('web')).toBe(second);
  expect((await ring.containers('web')).map(({ Id }) => Id)).not.toContain(before?.Id);

  const used = await ring.call('DELETE', `/secrets/web.${namespace}`);
  expect([used.status, used.body.code]).toEqual([409, 'SECRET_IN_USE']);
  await ring.call('DELETE', '/deployments/web');
  expect((await ring.call('DELETE', `/secrets/web.${namespace}`)).status).toBe(200);
});

test('who asked for none keeps what it has until its next revision', async () => {
  const first = await put('calm');
  const check = { type: 'command' as const, command: ['sh', '-c', 'echo with $PASSWORD'], interval: '5s' };
  const calm: DeploymentDeclaration = {
    ...{ image, namespace, update, health_checks: [check] },
    on_secret_change: 'none',
  };
  await ring.declare('calm', { ...calm, secrets: { PASSWORD: { secretRef: 'calm' } } });
  await ring.until('calm', isAt(1), patience);
  const second = await put('calm');
  expect((await ring.read('calm')).revision).toBe(1);
  expect(await told('calm')).toBe(first);
  await ring.call('POST', '/deployments/calm/restart');
  await ring.until('calm', isAt(2), patience);
  expect(await told('calm')).toBe(second);
  await until(
    async () => JSON.stringify((await ring.call('GET', '/deployments/calm/health-checks')).body),
    (answers) => answers.includes('with ***'),
    { what: 'an answer without the value' },
  );
});

test('what is refused says nothing of the values that came with it', async () => {
  const id = `refused.${namespace}`;
  await put('refused');
  const worker = { image, namespace, update };
  await ring.declare('refused', { ...worker, secrets: { PASSWORD: { secretRef: 'refused' } } });
  const value = invent();
  const secrets = { PASSWORD: value };
  const refusals: readonly (readonly [string, string, object, string?])[] = [
    ['POST', '/secrets', { name: 'refused', namespace, value }],
    ['POST', '/secrets', { name: 'other', namespace, value, more: value }],
    ['PUT', `/secrets/${id}`, { value: { nested: value } }],
    ['PUT', `/secrets/${id}`, { value, more: value }],
    ['PUT', `/secrets/${id}`, { value }, viewer],
    ['PUT', '/deployments/refused', { ...worker, secrets: { 'A=B': value } }],
    ['PUT', '/deployments/refused', { ...worker, secrets, replicas: -1 }],
    ['PUT', '/deployments/refused', { ...worker, secrets }, viewer],
    ['POST', '/deployments/refused/runs', { environment: secrets }],
    ['POST', '/deployments/refused/runs', { environment: { PASSWORD: `${value}\0` } }],
    ['POST', '/deployments/refused/runs', { environment: secrets }, viewer],
    ['POST', '/login', { username: 'eve', password: value }],
    ['DELETE', `/secrets/${id}`, {}],
  ];
  for (const [method, path, body, token] of refusals) {
    const answer = await ring.call(method, path, token === undefined ? { body } : { body, token });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect([method, path, body, found(JSON.stringify(answer.body))]).toEqual([method, path, body, []]);
  }
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${await logIn('admin', 'changeme')}`,
  };
  const broken = { method: 'PUT', headers, body: `{"value": "${value}` };
  const answer = await fetch(`${ring.serving().url}/secrets/${id}`, broken);
  expect([answer.status, found(await answer.text())]).toEqual([400, []]);
  expect(found(ring.serving().said())).toEqual([]);
  await expectNothingStored();
});

test('no value that was given to one run is found anywhere, but for those who may write', async () => {
  const secret = await put('given');
  const value = invent();
  await ring.declare('given', {
    image,
    namespace,
    kind: 'job',
    command: ['true'],
    secrets: { PASSWORD: { secretRef: 'given' } },
  });
  await ring.untilStatus('given', 'completed', patience);
  const command = ['sh', '-c', 'echo "$PASSWORD $GIVEN"; exit 3'];
  const body = { command, environment: { GIVEN: value } };
  const asked = await ring.call('POST', '/deployments/given/runs', { body });
  expect(asked.status).toBe(201);
  const path = '/deployments/given/runs/2';
  const seen = await until(
    async () => (await ring.call('GET', path)).body,
    ({ state }) => state === 'failed',
    { what: 'the failure of the run' },
  );
  const { body: logs } = await ring.call('GET', `${path}/logs`);
  expect(found(JSON.stringify(logs))).toEqual([secret, value]);
  expect(seen).toMatchObject({ command, environment: { GIVEN: value } });

  const viewed = [
    path,
    '/deployments/given/runs',
    '/deployments/given',
    '/deployments/given/events',
    '/events',
  ];
  for (const one of viewed) {
    const { status, body: shown } = await ring.call('GET', one, { token: viewer });
    expect([one, status, found(JSON.stringify(shown))]).toEqual([one, 200, []]);
  }
  expect(found(ring.serving().said())).toEqual([]);
  await expectNothingStored();
});

test('no value is found in the database, the log, events or replies', async () => {
  const value = await put('loud');
  await ring.declare('loud', {
    image,
    namespace,
    update,
    secrets: { PASSWORD: { secretRef: 'loud' } },
    command: ['sh', '-c', 'echo "bad password $PASSWORD"; exit 3'],
  });
  const fell = await ring.until('loud', ({ status }) => status === 'crash_loop_back_off', patience);
  expect(fell.status_reason).toContain('bad password ***');
  // The search finds what is there: containers may print what they were given, and their logs are their own.
  const { body: logs } = await ring.call('GET', '/deployments/loud/logs?previous=true');
  expect(found(JSON.stringify(logs))).toEqual([value]);

  const paths = ['/deployments', '/secrets', '/configs', `/secrets/loud.${namespace}`];
  for (const id of ['loud', 'calm']) {
    for (const part of ['', '/events', '/revisions', '/health-checks'])
      paths.push(`/deployments/${id}${part}`);
  }
  for (const who of [viewer, undefined]) {
    for (const path of paths) {
      const { status, body } = await ring.call('GET', path, who === undefined ? {} : { token: who });
      expect([path, status, found(JSON.stringify(body))]).toEqual([path, 200, []]);
    }
  }
  expect(found(ring.serving().said())).toEqual([]);
  await expectNothingStored();
  await ring.kill();
  await expectNothingStored();
});

const found = (where: string | Buffer): readonly string[] =>
  values.filter((value) =>
    [value, Buffer.from(value).toString('base64').slice(0, -4), Buffer.from(value).toString('hex')].some(
      (form) => where.includes(form),
    ),
  );

/** Every file of the data directory, the write-ahead log among them, byte by byte. */
async function expectNothingStored(): Promise<void> {
  const all = await readdir(ring.dataDir, { recursive: true, withFileTypes: true });
  const files = all.filter((one) => one.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  expect(files.filter((file) => /\.db(-wal)?$|sqlite/.test(file)).length).toBeGreaterThan(1);
  for (const file of files) expect([file, found(await readFile(file))]).toEqual([file, []]);
}
