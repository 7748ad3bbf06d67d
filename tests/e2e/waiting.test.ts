/** Waiting on a real engine: replies that come when what was asked for has come, or cannot come any more. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDescribed, makeDescribedFetch } from '../support/described.ts';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';

let ring: RingProcess;
let image = '';
const update = { min_healthy_time: '300ms', drain_delay: '100ms' };

beforeAll(async () => {
  image = await ensureTestImage('1');
  // No reply is to owe anything to the timer.
  ring = await openRingProcess({ env: { RING_INTERVAL: '1h' } });
});

afterAll(() => ring?.close());

/** Like fetch; a reply that is not as the API's document says fails the test. */
const ask = makeDescribedFetch();

const put = (id: string, query: string, body: object) =>
  ring.call('PUT', `/deployments/${id}?${query}`, { body: { image, update, ...body } });

/** Asks, and prints how much later than what it tells of the reply came: no machine is fast enough to promise it. */
async function timed(method: string, path: string, body?: object) {
  const { url } = ring.serving();
  const headers = { authorization: await authorization(), 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await ask(path.startsWith('http') ? path : `${url}${path}`, { method, headers, ...sent });
  const text = await answer.text();
  const came = Date.now();
  const found = JSON.parse(text);
  const lag = came - Date.parse(found.rollout?.finished_at ?? found.finished_at);
  process.stdout.write(`${method} with a wait was answered ${lag} ms after what it tells of\n`);
  return { status: answer.status, body: found };
}

test('a deployment is answered when it runs in every replica, and at once when it does so already', async () => {
  const path = '/deployments/web?wait=running&timeout=90s';
  const { status, body } = await timed('PUT', path, { image, update, replicas: 2 });
  expect([status, body.status, body.ready_replicas, body.rollout.state, body.wait]).toEqual([
    201,
    'running',
    2,
    'completed',
    { until: 'running', outcome: 'reached', reason: null },
  ]);
  const scaled = await ring.call('PATCH', '/deployments/web?wait=healthy&timeout=90s', {
    body: { replicas: 3 },
  });
  expect([scaled.body.ready_replicas, scaled.body.wait.outcome]).toEqual([3, 'reached']);
  const again = await ring.call('GET', '/deployments/web?wait=settled');
  expect([again.body.instances.length, again.body.wait.outcome]).toEqual([3, 'reached']);
});

test('a version that does not come up is answered as failed with its reason, while the old one serves', async () => {
  await put('fragile', 'wait=running&timeout=90s', {});
  const [serving] = await ring.containers('fragile');
  const broken = { command: ['sh', '-c', 'echo no config; exit 3'] };
  const { status, body } = await put('fragile', 'wait=settled&timeout=90s', broken);
  expect([status, body.revision, body.wait.until, body.wait.outcome]).toEqual([200, 2, 'settled', 'failed']);
  expect(body.wait.reason).toContain('no config');
  expect(body.status).toBe('running');
  const there = await ring.containers('fragile');
  expect(there.find(({ Id }) => Id === serving?.Id)?.State).toBe('running');
});

test('a run is answered with its end, and a deletion when nothing is left', async () => {
  await put('job', 'wait=completed&timeout=90s', { kind: 'job', update: undefined, command: ['true'] });
  const failing = { command: ['sh', '-c', 'exit 4'] };
  const run = await timed('POST', '/deployments/job/runs?wait=completed&timeout=90s', failing);
  expect([run.status, run.body.number, run.body.state, run.body.exit_code, run.body.wait.outcome]).toEqual([
    201,
    2,
    'failed',
    4,
    'failed',
  ]);
  const gone = await ring.call('DELETE', '/deployments/job?wait=deleted&timeout=90s');
  expect([gone.status, gone.body.status, gone.body.wait.outcome]).toEqual([200, 'deleted', 'reached']);
  expect((await ring.call('GET', '/deployments/job')).status).toBe(404);
  expect(await ring.containers('job')).toEqual([]);
});

test('whoever waits at another server hears of what this one did, and a server that ends lets nobody wait', async () => {
  const beside = await ring.startBeside();
  const headers = { authorization: await authorization() };
  const there = ask(`${beside.url}/deployments/late?wait=running&timeout=90s`, { headers });
  expect((await there).status).toBe(404);
  await put('late', 'timeout=1s', { command: ['sh', '-c', 'sleep 1; exec sleep 600'] });
  const { status, body } = await timed('GET', `${beside.url}/deployments/late?wait=running&timeout=90s`);
  expect([status, body.wait]).toEqual([200, { until: 'running', outcome: 'reached', reason: null }]);
  const path = '/deployments/late?wait=deleted&timeout=1h';
  // The head comes at once, the body only when the server ends.
  const never = await fetch(`${beside.url}${path}`, { headers });
  beside.kill('SIGTERM');
  const last = JSON.parse(await never.text());
  makeDescribed().check({ method: 'GET', path, status: never.status, headers: never.headers, body: last });
  expect(last.wait).toEqual({
    until: 'deleted',
    outcome: 'timeout',
    reason: 'it has not been deleted',
  });
  expect(await beside.ended).toBe(0);
});

/** What the requests of this installation carry. */
async function authorization(): Promise<string> {
  const body = JSON.stringify({ username: 'admin', password: 'changeme' });
  const headers = { 'content-type': 'application/json' };
  const answer = await ask(`${ring.serving().url}/login`, { method: 'POST', headers, body });
  const { token }: { readonly token: string } = JSON.parse(await answer.text());
  return `Bearer ${token}`;
}
