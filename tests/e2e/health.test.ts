/** Health checks on a real engine: each kind asks real instances, and what they say can be read and has consequences. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import type { HealthCheckStanding } from '../../core/health/view.ts';
import { ensureTestImage } from '../support/images.ts';
import { inSlot, inside } from '../support/inspect.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess();
});

afterAll(() => ring?.close());

type Checks = NonNullable<DeploymentDeclaration['health_checks']>;

/** Serves `fine` at /healthz; each run begins well. */
const serves =
  'mkdir -p /tmp/www; echo fine > /tmp/www/healthz; trap "exit 0" TERM; httpd -f -p 8080 -h /tmp/www & wait';

const soon = { interval: '1s', timeout: '1s', threshold: 2 } as const;

const declare = (name: string, health_checks: Checks, more: Partial<DeploymentDeclaration> = {}) =>
  ring.declare(name, {
    image,
    namespace: 'health',
    command: ['sh', '-c', serves],
    stop_grace: '1s',
    health_checks,
    ...more,
  });

const standings = async (name: string): Promise<readonly HealthCheckStanding[]> =>
  (await ring.call('GET', `/deployments/${name}/health-checks`)).body;

const untilStates = (name: string, ...states: readonly HealthCheckStanding['state'][]) =>
  until(
    () => standings(name),
    (found) => found.map(({ state }) => state).join() === states.join(),
    { what: `the checks of ${name} being ${states}` },
  );

const containerOf = async (name: string, slot = 0) => inSlot(await ring.containers(name), slot);

test.concurrent('each kind of check asks every replica, and the answers can be read', async () => {
  await declare(
    'kinds',
    [
      { type: 'http', port: 8080, path: '/healthz', ...soon },
      { type: 'tcp', port: 8080, ...soon },
      { type: 'command', command: ['cat', '/tmp/www/healthz'], ...soon },
    ],
    { replicas: 2 },
  );
  const all = await untilStates('kinds', ...Array<'passing'>(6).fill('passing'));
  expect(all.map(({ slot, check }) => [slot, check.type])).toEqual([
    [0, 'http'],
    [0, 'tcp'],
    [0, 'command'],
    [1, 'http'],
    [1, 'tcp'],
    [1, 'command'],
  ]);
  expect(all[0]).toMatchObject({ instance: await containerOf('kinds'), ended_at: null });
  expect(all.slice(0, 3).map(({ results }) => results.at(-1))).toMatchObject([
    { ok: true, status: 200, exit_code: null, excerpt: 'fine\n', error: null },
    { ok: true, status: null, exit_code: null, excerpt: '', error: null },
    { ok: true, status: null, exit_code: 0, excerpt: 'fine\n', error: null },
  ]);
});

test.concurrent('a check that fails says why, as an event and by its last answers', async () => {
  const on_failure = 'alert' as const;
  await declare('failing', [
    { type: 'http', port: 8080, path: '/missing', on_failure, ...soon },
    { type: 'tcp', port: 9999, on_failure, ...soon },
    { type: 'command', command: ['sh', '-c', 'echo broken; exit 3'], on_failure, ...soon },
    { type: 'command', command: ['no-such-program'], on_failure: 'none', ...soon },
    { type: 'command', command: ['sleep', '30'], on_failure: 'none', ...soon, interval: '10s', threshold: 1 },
  ]);
  const all = await untilStates('failing', 'failing', 'failing', 'failing', 'failing', 'failing');
  expect(all.map(({ results }) => results.at(0))).toMatchObject([
    { ok: false, status: 404, error: 'it answered 404' },
    { ok: false, status: null, error: 'the connection was refused' },
    { ok: false, exit_code: 3, excerpt: 'broken\n', error: 'it ended with exit code 3' },
    { ok: false },
    { ok: false, exit_code: null, error: 'it did not end within 1s' },
  ]);
  const events = await until(
    async () => (await ring.events('failing')).filter(({ reason }) => reason === 'HealthCheckFailed'),
    (found) => found.length === 3,
  );
  const container = events[0]?.message.split(':')[0];
  expect(events.map(({ message }) => message).sort()).toEqual(
    [
      `${container}: the command check sh is failing: it ended with exit code 3`,
      `${container}: the http check of :8080/missing is failing: it answered 404`,
      `${container}: the tcp check of port 9999 is failing: the connection was refused`,
    ].sort(),
  );
});

test.concurrent('an instance is not ready before its readiness check passes', async () => {
  const check = { type: 'http', port: 8080, path: '/ready', on_failure: 'none', readiness: true } as const;
  await declare('gated', [{ ...check, ...soon }]);
  await untilStates('gated', 'failing');
  expect(await ring.read('gated')).toMatchObject({ ready_replicas: 0 });
  await inside(ring.docker, await containerOf('gated'), ['sh', '-c', 'echo yes > /tmp/www/ready']);
  await untilStates('gated', 'passing');
  await ring.until('gated', ({ ready_replicas, status }) => ready_replicas === 1 && status === 'running');
});

test.concurrent('an instance whose check fails is started again, once, and is well again', async () => {
  await declare('restarted', [{ type: 'http', port: 8080, path: '/healthz', readiness: true, ...soon }]);
  await untilStates('restarted', 'passing');
  await ring.until('restarted', ({ ready_replicas }) => ready_replicas === 1);
  const id = await containerOf('restarted');
  const begun = (await ring.docker.getContainer(id).inspect()).State.StartedAt;

  await inside(ring.docker, id, ['rm', '/tmp/www/healthz']);
  await until(
    async () => (await ring.docker.getContainer(id).inspect()).State,
    ({ Running, StartedAt }) => Running && StartedAt !== begun,
    { what: 'the second run' },
  );

  const seen = await ring.until(
    'restarted',
    ({ status, ready_replicas }) => status === 'running' && ready_replicas === 1,
  );
  expect([seen.instances, seen.restarts]).toEqual([[id], 1]);
  const [standing] = await untilStates('restarted', 'passing');
  expect(standing?.results.map(({ ok }) => ok)).toContain(false);
  const reasons = await until(
    async () => (await ring.events('restarted')).map(({ reason }) => reason),
    (found) => found.includes('HealthCheckPassed'),
  );
  expect(reasons.filter((reason) => reason.startsWith('HealthCheck'))).toEqual([
    'HealthCheckFailed',
    'HealthCheckPassed',
  ]);
});

test('a Ring that is killed knows what was ready, and the next one counts on', async () => {
  const check = { type: 'tcp', port: 8080, readiness: true, interval: '1h', on_failure: 'none' } as const;
  await declare('survivor', [check]);
  await ring.until('survivor', ({ ready_replicas }) => ready_replicas === 1);
  const before = await standings('survivor');
  await until(
    async () => (await ring.call('GET', '/deployments/survivor/health-checks')).body[0].results.length,
    (count) => count === 1,
  );
  await ring.stop();
  await ring.start();
  await ring.untilStatus('survivor', 'running');
  expect(await standings('survivor')).toEqual(before);
  expect(await ring.read('survivor')).toMatchObject({ ready_replicas: 1 });
});

test('a run of cron asks what is due, and acts on it', async () => {
  await declare('by-cron', [{ type: 'http', port: 8080, path: '/healthz', ...soon, threshold: 1 }]);
  await untilStates('by-cron', 'passing');
  const id = await containerOf('by-cron');
  const begun = (await ring.docker.getContainer(id).inspect()).State.StartedAt;
  await ring.stop();
  await inside(ring.docker, id, ['rm', '/tmp/www/healthz']);
  await until(
    async () => {
      await ring.reconcile();
      return (await ring.docker.getContainer(id).inspect()).State;
    },
    ({ Running, StartedAt }) => Running && StartedAt !== begun,
    { what: 'the second run' },
  );
  await ring.start();
  await untilStates('by-cron', 'passing');
});
