/** On what terms jobs run on a real engine: tried again, so many at once, for so long, and kept for so long. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';
let folder = '';

beforeAll(async () => {
  image = await ensureTestImage();
  folder = await mkdtemp(join(tmpdir(), 'ring-job-terms-'));
  ring = await openRingProcess();
});

afterAll(async () => {
  await ring?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Declares a job of which every try leaves a line in a file of its name before it does `then`. */
const declareJob = (name: string, then: string, terms: Partial<DeploymentDeclaration>) =>
  ring.declare(name, {
    ...terms,
    kind: 'job',
    image,
    namespace: 'terms',
    command: ['sh', '-c', `echo $$ >> /runs/${name}; ${then}`],
    volumes: [`${folder}:/runs`],
    stop_grace: '1s',
  });

/** How many tries of a job began. */
const triesOf = async (name: string): Promise<number> => {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '').length;
};

const namesOf = async (name: string): Promise<string[]> =>
  (await ring.containers(name)).flatMap(({ Names }) => Names.map((one) => one.slice(1))).sort();

const untilNames = (name: string, names: readonly string[]) =>
  until(
    () => namesOf(name),
    (seen) => seen.join() === names.join(),
    { what: `${name} having just the containers ${names.join(', ')}` },
  );

const runOf = async (name: string, number: number) =>
  (await ring.call('GET', `/deployments/${name}/runs/${number}`)).body;

test.concurrent('what fails is tried again until it goes well', async () => {
  const onceItMay = '[ -e /runs/retried-may ] || { touch /runs/retried-may; exit 3; }';
  await declareJob('retried', onceItMay, { retries: 2 });
  const seen = await ring.untilStatus('retried', 'completed');
  expect(seen).toMatchObject({ restarts: 1, status_reason: null });
  expect(await triesOf('retried')).toBe(2);
  await untilNames('retried', ['terms_retried_0_r1', 'terms_retried_0_r1_try2']);
});

test.concurrent('what goes on failing is tried as often as it says, and the last try is kept', async () => {
  await declareJob('hopeless', 'echo try; exit 4', { retries: 2 });
  const seen = await ring.untilStatus('hopeless', 'failed');
  expect(seen.status_reason).toBe('it ended with exit code 4');
  await untilNames('hopeless', ['terms_hopeless_0_r1_try3']);
  for (let look = 0; look < 3; look += 1) await ring.call('POST', '/reconcile');
  expect(await triesOf('hopeless')).toBe(3);
  expect((await ring.events('hopeless')).map(({ reason }) => reason)).toEqual(
    expect.arrayContaining(['RunStarted', 'AttemptFailed', 'JobFailed', 'RunFailed']),
  );
});

test.concurrent('what takes too long is stopped, and failed', async () => {
  await declareJob('slow', 'exec sleep 600', { timeout: '2s', retries: 3 });
  const seen = await ring.untilStatus('slow', 'failed');
  expect(seen.status_reason).toBe('it took longer than its timeout of 2s');
  expect(await ring.containers('slow')).toMatchObject([{ State: 'exited' }]);
  expect(await triesOf('slow')).toBe(1);
});

test.concurrent('no more parts run at once than may', async () => {
  // Each part says how many it finds at work beside itself.
  const work =
    'mkdir -p /runs/at-work; touch /runs/at-work/$HOSTNAME; ls /runs/at-work | wc -l >> /runs/most';
  await declareJob('few', `${work}; sleep 1; rm /runs/at-work/$HOSTNAME`, { completions: 5, parallelism: 2 });
  expect(await ring.untilStatus('few', 'completed')).toMatchObject({ ready_replicas: 5 });
  expect(await triesOf('few')).toBe(5);
  const most = (await readFile(join(folder, 'most'), 'utf8')).trim().split('\n').map(Number);
  expect(Math.max(...most)).toBeLessThanOrEqual(2);
});

test.concurrent('what a run left goes when it was kept for long enough, and what came of it stays', async () => {
  await declareJob('brief', 'exit 0', { ttl_after_finished: '1s' });
  await ring.untilStatus('brief', 'completed');
  await untilNames('brief', []);
  const seen = await ring.until('brief', ({ instances }) => instances.length === 0);
  expect(seen.status).toBe('completed');
  expect(await runOf('brief', 1)).toMatchObject({ state: 'completed' });
  expect(await triesOf('brief')).toBe(1);
});

test.concurrent('runs are kept as far back as the history goes', async () => {
  await declareJob('often', 'exit 0', { history: 2 });
  await ring.untilStatus('often', 'completed');
  for (let run = 2; run <= 4; run += 1) {
    await ring.call('POST', '/deployments/often/runs', { body: {} });
    await until(
      () => runOf('often', run),
      ({ state }) => state === 'completed',
      { what: `the end of run ${run}` },
    );
  }
  await untilNames('often', ['terms_often_0_r1_run3', 'terms_often_0_r1_run4']);
  await until(
    async () => (await ring.call('GET', '/deployments/often/runs')).body.length,
    (count) => count === 2,
    { what: 'two runs in the history' },
  );
  expect(await triesOf('often')).toBe(4);
});

test.concurrent('another revision takes the place of a run that is not over', async () => {
  await declareJob('replaced', 'exec sleep 600', {});
  await ring.untilStatus('replaced', 'running');
  await declareJob('replaced', 'exit 0', {});
  await ring.untilStatus('replaced', 'completed');
  expect(await runOf('replaced', 1)).toMatchObject({ state: 'cancelled' });
  expect(await runOf('replaced', 2)).toMatchObject({ state: 'completed' });
  await untilNames('replaced', ['terms_replaced_0_r1', 'terms_replaced_0_r2_run2']);
});

test('what failed is tried again, and no more than that, when Ring is killed in between', async () => {
  await declareJob('across', 'until [ -e /runs/across-may ]; do sleep 0.1; done; exit 5', { retries: 1 });
  await ring.untilStatus('across', 'running');
  await ring.kill();
  await writeFile(join(folder, 'across-may'), '');
  await until(
    async () => (await ring.containers('across')).map(({ State }) => State),
    ([state]) => state === 'exited',
    { what: 'the end of the first try' },
  );
  await ring.start();
  await ring.untilStatus('across', 'failed');
  expect(await triesOf('across')).toBe(2);
});
