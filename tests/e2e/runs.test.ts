/** Runs that somebody asks for, on a real engine: with their own words, one at a time, cancelled, and followed to their end. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunView } from '../../core/run/view.ts';
import { ensureTestImage } from '../support/images.ts';
import { readEvents } from '../support/log-world.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let ring: RingProcess;
let image = '';

beforeAll(async () => {
  image = await ensureTestImage();
  ring = await openRingProcess();
});

afterAll(() => ring?.close());

/** A job that waits for somebody to ask: its time comes once in four years. */
const declare = (name: string, command: readonly string[], more: object = {}) =>
  ring.declare(name, {
    kind: 'job',
    image,
    namespace: 'asked',
    command: [...command],
    schedule: '0 0 29 2 *',
    stop_grace: '1s',
    ...more,
  });

const ask = async (name: string, body?: object) =>
  ring.call('POST', `/deployments/${name}/runs`, body === undefined ? {} : { body });

const read = async (name: string, number: number): Promise<RunView> =>
  (await ring.call('GET', `/deployments/${name}/runs/${number}`)).body;

const untilState = (name: string, number: number, state: RunView['state']) =>
  until(
    () => read(name, number),
    (run) => run.state === state,
    { what: `run ${number} of ${name} to be ${state}` },
  );

test.concurrent('a job that waits for its schedule says so, and runs when somebody asks', async () => {
  await declare('waits', ['sh', '-c', 'echo $WORD']);
  const waiting = await ring.until('waits', ({ status }) => status === 'pending');
  expect(waiting.status_reason).toMatch(/^the next run is due at \d{4}-02-29T00:00:00\.000Z$/);
  const { status, body } = await ask('waits', { environment: { WORD: 'hello' } });
  expect([status, body.number, body.state]).toEqual([201, 1, 'pending']);
  const run = await untilState('waits', 1, 'completed');
  expect(run).toMatchObject({
    exit_code: 0,
    cause: 'manual',
    author: 'admin',
    environment: { WORD: 'hello' },
  });
  expect(Date.parse(run.finished_at ?? '')).toBeGreaterThanOrEqual(Date.parse(run.started_at ?? ''));
  const logs = await ring.call('GET', '/deployments/waits/runs/1/logs');
  expect(logs.body).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/ hello$/), replica: 0 }),
  ]);
  await ring.untilStatus('waits', 'completed');
});

test.concurrent('a run has the exit code of what it was told to do, and its own logs', async () => {
  await declare('told', ['echo', 'as declared']);
  await ask('told');
  await untilState('told', 1, 'completed');
  await ask('told', { command: ['sh', '-c', 'echo otherwise; exit 3'] });
  expect(await untilState('told', 2, 'failed')).toMatchObject({ exit_code: 3, revision: 1 });
  const words = async (number: number) =>
    (await ring.call('GET', `/deployments/told/runs/${number}/logs`)).body.map(
      ({ message }: { message: string }) => message.replace(/^\S+ /, ''),
    );
  expect([await words(1), await words(2)]).toEqual([['as declared'], ['otherwise']]);
});

test.concurrent('one at a time is enough, until the one is cancelled', async () => {
  await declare('long', ['sleep', '600']);
  await ask('long');
  await untilState('long', 1, 'running');
  expect(await ask('long')).toMatchObject({ status: 409, body: { code: 'RUN_UNDER_WAY' } });
  const { body } = await ring.call('POST', '/deployments/long/runs/1/cancel');
  expect(body).toMatchObject({ cancelled: true, reason: 'cancelled by admin' });
  await untilState('long', 1, 'cancelled');
  const running = (await ring.containers('long')).filter(({ State }) => State === 'running');
  expect(running).toEqual([]);
  expect(await ask('long', { command: ['true'] })).toMatchObject({ status: 201, body: { number: 2 } });
  await untilState('long', 2, 'completed');
});

test('whoever follows a run hears it to its end', async () => {
  await declare('heard', ['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.3; done']);
  await ask('heard');
  await untilState('heard', 1, 'running');
  const events = readEvents(await ring.open('GET', '/deployments/heard/runs/1/logs?follow=true'));
  const heard: string[] = [];
  for (
    let event = await events.next();
    event !== null && event.event !== 'end';
    event = await events.next()
  ) {
    heard.push(event.data.message.replace(/^\S+ /, ''));
  }
  expect(heard).toEqual(['1', '2', '3']);
});
