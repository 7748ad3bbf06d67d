/** Secrets on a real engine: they arrive, a change rolls out, and their values are found nowhere else. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentDeclaration } from '../../core/deployment/draft.ts';
import type { Deployment } from '../../core/deployment/view.ts';
import { ensureTestImage } from '../support/images.ts';
import { inSlot, inside } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';
const namespace = 'confided';
const update = { min_healthy_time: '1s', drain_delay: '200ms' } as const;
const patience = { withinMs: 90_000 };
/** Every value that was ever given to Ring. */
const values: string[] = [];

beforeAll(async () => {
  image = await ensureTestImage('1');
  ring = await openRingProcess({ env: { RING_LOG_LEVEL: 'debug' } });
});

afterAll(() => ring?.close());

const put = async (name: string): Promise<string> => {
  const value = `s3cret-${randomBytes(16).toString('hex')}`;
  values.push(value);
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

test('no value is found in the database, the log, events, errors or replies', async () => {
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

  await ring.call('POST', '/users', { body: { username: 'eve', password: 'eve-password', role: 'viewer' } });
  const login = { username: 'eve', password: 'eve-password' };
  const { token } = (await ring.call('POST', '/login', { body: login, token: null })).body;
  const paths = ['/deployments', '/secrets', '/configs', `/secrets/loud.${namespace}`];
  for (const id of ['loud', 'calm']) {
    for (const part of ['', '/events', '/revisions', '/health-checks'])
      paths.push(`/deployments/${id}${part}`);
  }
  for (const who of [token, undefined]) {
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
