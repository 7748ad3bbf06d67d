/** Jobs on a real engine: run once, judged by their exit code, and never again, whatever becomes of Ring or the container. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';
let folder = '';
const namespace = 'jobs';

beforeAll(async () => {
  image = await ensureTestImage();
  folder = await mkdtemp(join(tmpdir(), 'ring-jobs-'));
  ring = await openRingProcess();
});

afterAll(async () => {
  await ring?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Declares a job whose every run leaves a line in a file of its name before it does `then`. */
const declareJob = (name: string, then: string) =>
  ring.declare(name, {
    kind: 'job',
    image,
    namespace,
    command: ['sh', '-c', `echo run >> /runs/${name}; ${then}`],
    volumes: [`${folder}:/runs`],
    stop_grace: '1s',
  });

/** How often a job ran. */
const runsOf = async (name: string): Promise<number> => {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '').length;
};

const untilRuns = (name: string) =>
  until(
    () => runsOf(name),
    (runs) => runs > 0,
  );

/** Nothing more happens to a job, however often one looks. */
const expectNeverAgain = async (name: string) => {
  for (let look = 0; look < 3; look += 1) await ring.call('POST', '/reconcile');
  expect(await runsOf(name)).toBe(1);
};

test.concurrent('a job that ends with 0 is completed, keeps its container and tells of it', async () => {
  const made = await declareJob('good', 'echo done');
  expect(made).toMatchObject({ kind: 'job', restart_policy: 'never' });
  const seen = await ring.untilStatus('good', 'completed');
  expect(seen).toMatchObject({ status_reason: null, instances: [expect.any(String)] });
  expect(await ring.containers('good')).toMatchObject([{ State: 'exited' }]);
  const { body } = await ring.call('GET', '/deployments/good/logs');
  expect(body).toEqual([expect.objectContaining({ message: expect.stringMatching(/Z done$/) })]);
  expect(await ring.events('good')).toContainEqual(expect.objectContaining({ reason: 'JobCompleted' }));
  await expectNeverAgain('good');
});

test.concurrent('a job that ends with another code is failed and names it', async () => {
  await declareJob('bad', 'exit 7');
  const seen = await ring.untilStatus('bad', 'failed');
  expect(seen.status_reason).toContain('exit code 7');
  expect(await ring.events('bad')).toContainEqual(
    expect.objectContaining({ reason: 'JobFailed', level: 'error' }),
  );
  await expectNeverAgain('bad');
});

test.concurrent('a job with two replicas runs each once', async () => {
  await ring.declare('pair', {
    kind: 'job',
    image,
    namespace,
    replicas: 2,
    command: ['sh', '-c', 'echo run >> /runs/pair'],
    volumes: [`${folder}:/runs`],
  });
  await ring.untilStatus('pair', 'completed');
  expect(await runsOf('pair')).toBe(2);
});

test.concurrent('a job whose container is removed while it runs is failed and says so', async () => {
  await declareJob('vanished', 'sleep 600');
  await ring.untilStatus('vanished', 'running');
  await untilRuns('vanished');
  const [container] = await ring.containers('vanished');
  await ring.docker.getContainer(container?.Id ?? '').remove({ force: true });
  const seen = await ring.untilStatus('vanished', 'failed');
  expect(seen.status_reason).toContain('removed before its end was seen');
  expect(seen.instances).toEqual([]);
  await expectNeverAgain('vanished');
});

test.concurrent('a job that is over is not run again when its container is removed', async () => {
  await declareJob('tidied', 'exit 0');
  await ring.untilStatus('tidied', 'completed');
  const [container] = await ring.containers('tidied');
  await ring.docker.getContainer(container?.Id ?? '').remove({ force: true });
  await ring.until('tidied', ({ instances }) => instances.length === 0);
  await expectNeverAgain('tidied');
  expect(await ring.read('tidied')).toMatchObject({ status: 'completed' });
});

test.concurrent('a job that is killed from outside is failed, not run again', async () => {
  await declareJob('killed', 'trap "exit 0" TERM; sleep 600 & wait');
  await ring.untilStatus('killed', 'running');
  await untilRuns('killed');
  const [container] = await ring.containers('killed');
  await ring.docker.getContainer(container?.Id ?? '').stop();
  const seen = await ring.untilStatus('killed', 'failed');
  expect(seen.status_reason).toContain('interrupted');
  await expectNeverAgain('killed');
});

test.concurrent('a job whose command does not exist is create_container_error, and never ran', async () => {
  await ring.declare('impossible', { kind: 'job', image, namespace, command: ['/bin/no-such-thing'] });
  const seen = await ring.untilStatus('impossible', 'create_container_error');
  expect(seen.status_reason).toContain('/bin/no-such-thing');
});

test('a job changed after its end runs once more, as another revision', async () => {
  await declareJob('changed', 'exit 1');
  await ring.untilStatus('changed', 'failed');
  await declareJob('changed', 'exit 0');
  await ring.untilStatus('changed', 'completed');
  expect(await runsOf('changed')).toBe(2);
});

test('no job is run twice by a restart of Ring, nor by a kill', async () => {
  await declareJob('before', 'exit 0');
  await ring.untilStatus('before', 'completed');
  await declareJob('across', 'sleep 3');
  await declareJob('beyond', 'until [ -f /runs/go ]; do sleep 0.1; done');
  await untilRuns('across');
  await untilRuns('beyond');
  await ring.kill();
  await until(
    async () => (await ring.containers('across')).map(({ State }) => State),
    ([state]) => state === 'exited',
  );
  await ring.start();
  await ring.untilStatus('across', 'completed');
  await ring.untilStatus('beyond', 'running');
  expect(await ring.stop()).toBe(0);
  await ring.start();
  await declareJob('go', 'exit 0');
  await ring.untilStatus('beyond', 'completed');
  for (const name of ['before', 'across', 'beyond']) await expectNeverAgain(name);
});

test('a job is not run twice when Ring is killed just as it begins it', async () => {
  for (let round = 0; round < 3; round += 1) {
    const name = `begun-${round}`;
    await declareJob(name, 'exit 0');
    await until(
      async () => (await ring.containers(name)).length,
      (count) => count > 0,
    );
    await ring.kill();
    await ring.start();
    const seen = await ring.until(name, ({ status }) => status === 'completed' || status === 'failed');
    expect(await runsOf(name)).toBeLessThanOrEqual(1);
    if (seen.status === 'completed') expect(await runsOf(name)).toBe(1);
  }
});
