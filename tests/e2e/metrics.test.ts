/** What Ring counts of itself and of its containers, on a real engine, read as Prometheus and as an operator would. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentUsage } from '../../core/usage/view.ts';
import { ensureTestImage } from '../support/images.ts';
import { readScrape } from '../support/prometheus.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess({ env: { RING_INTERVAL: '2s', RING_LOG_LEVEL: 'debug' } });
});

afterAll(() => ring?.close());

const scrape = async () => readScrape(String((await ring.call('GET', '/metrics')).body));

const busy = (word: string) => ['sh', '-c', `trap 'exit 0' TERM; while :; do : ${word}; done`];

/** The line that Ring wrote of a request. */
const lineOf = (requestId: string) =>
  ring
    .serving()
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(requestId))
    .map((line) => JSON.parse(line));

test('a deployment says what each of its containers uses', async () => {
  await ring.declare('busy', {
    image,
    replicas: 2,
    command: busy('one'),
    resources: { limits: { cpu: '0.25', memory: '64Mi' } },
  });
  await ring.untilStatus('busy', 'running');
  const { body }: { body: DeploymentUsage } = await ring.call('GET', '/deployments/busy/metrics');
  expect(
    body.instances.map(({ replica, state, memory_limit_bytes: limit }) => [replica, state, limit]),
  ).toEqual([0, 1].map((replica) => [replica, 'running', 64 * 1024 ** 2]));
  for (const one of body.instances) {
    expect(one.cpu_percent).toBeGreaterThan(1);
    expect(one.memory_bytes).toBeGreaterThan(0);
    expect(one.pids).toBeGreaterThanOrEqual(1);
    expect([one.network_rx_bytes, one.network_tx_bytes]).toEqual([expect.any(Number), expect.any(Number)]);
  }
  expect(body.total.memory_bytes).toBe(body.instances.reduce((sum, one) => sum + (one.memory_bytes ?? 0), 0));
});

test('a restart, a rollout and a run are counted once', async () => {
  const [first = ''] = (await ring.untilStatus('busy', 'running')).instances;
  await ring.docker.getContainer(first).kill();
  await until(scrape, (found) => (found.value('ring_restarts_total') ?? 0) >= 1, {
    what: 'a counted restart',
  });
  await ring.untilStatus('busy', 'running');
  await ring.declare('busy', { image, replicas: 1, command: busy('two') });
  await ring.until('busy', ({ rollout, revision }) => revision === 2 && rollout?.state === 'completed');
  await ring.declare('once', { image, kind: 'job', command: ['true'] });
  await ring.untilStatus('once', 'completed');
  const found = await scrape();
  expect({
    started: found.value('ring_rollouts_total', { outcome: 'started' }),
    completed: found.value('ring_rollouts_total', { outcome: 'completed' }),
    failed: found.value('ring_rollouts_total', { outcome: 'failed' }),
    runs: found.value('ring_runs_total', { outcome: 'completed' }),
    running: found.value('ring_deployments', { status: 'running' }),
    done: found.value('ring_deployments', { status: 'completed' }),
    wanted: found.value('ring_replicas_wanted'),
    ready: found.value('ring_replicas_ready'),
    engine: found.value('ring_engine_up'),
  }).toEqual({
    ...{ started: 2, completed: 1, failed: undefined, runs: 1 },
    ...{ running: 1, done: 1, wanted: 1, ready: 1, engine: 1 },
  });
  expect(found.value('ring_ticks_total', { outcome: 'converging' })).toBeGreaterThan(0);
  expect(found.value('ring_engine_calls_total', { operation: 'create' })).toBeGreaterThanOrEqual(4);
  expect(found.value('ring_instances', { state: 'running' })).toBeGreaterThanOrEqual(1);
  expect(Number(found.named('ring_tick_duration_seconds').metrics[0]?.count)).toBeGreaterThan(3);
  expect(found.value('ring_database_size_bytes')).toBeGreaterThan(4096);
});

test('requests are counted by the pattern of their path, whatever is asked for', async () => {
  const before = await scrape();
  const sets = (found: Awaited<ReturnType<typeof scrape>>) => found.named('ring_http_requests_total').metrics;
  await Promise.all(
    Array.from({ length: 60 }, async (_, number) => {
      await ring.open('GET', `/deployments/nobody-${number}`);
      await ring.open('GET', `/no/such/path/${number}`);
    }),
  );
  await ring.open('PROPFIND', '/deployments');
  const after = await scrape();
  const count = (found: typeof after, labels: Record<string, string>) =>
    found.value('ring_http_requests_total', { method: 'GET', status: '404', ...labels }) ?? 0;
  expect([
    count(after, { route: '/deployments/:id' }) - count(before, { route: '/deployments/:id' }),
    count(after, { route: 'none' }) - count(before, { route: 'none' }),
    after.value('ring_http_requests_total', { method: 'other', route: 'none', status: '405' }),
  ]).toEqual([60, 60, 1]);
  // The three of this test, and the scrape that is counted only once it is answered.
  expect(sets(after).length - sets(before).length).toBeLessThanOrEqual(4);
});

test('each request has one line in the log, with its id, who called and what came of it', async () => {
  const headers = { 'x-request-id': 'e2e-known-request' };
  await ring.call('GET', '/deployments/busy?_=secret-in-a-query', { headers });
  const [line, ...more] = await until(
    async () => lineOf('e2e-known-request'),
    (lines) => lines.length > 0,
    { what: 'the line of the request' },
  );
  expect(more).toEqual([]);
  expect(line).toEqual({
    level: 'debug',
    time: expect.any(String),
    msg: 'A request was answered',
    method: 'GET',
    path: '/deployments/busy',
    requestId: 'e2e-known-request',
    route: '/deployments/:id',
    status: 200,
    ms: expect.any(Number),
    user: 'admin',
  });
  expect(ring.serving().said()).not.toContain('secret-in-a-query');
});
