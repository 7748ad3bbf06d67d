import { expect, it } from 'vitest';
import { emptyMemory } from '../../core/reconcile/memory.ts';
import { type RunResult, runSlot } from '../../core/run/run.ts';
import type { RunsChange } from '../../core/run/runs.ts';
import { RunSummary, RunView } from '../../core/run/view.ts';
import { validate } from '../../core/validate.ts';
import { someIdentity } from '../support/fake-runtime.ts';
import { readEvents } from '../support/log-world.ts';
import { aRecording, aSpec, aView } from '../support/records.ts';
import { type Api, type OpenApi, onBothTransports } from '../support/transports.ts';

const at = '2024-01-15T10:30:00.000Z';

/** A job `dump` that runs when its schedule says so, or somebody asks. */
async function openWithJob(open: OpenApi, more: object = {}): Promise<Api> {
  const api = await open();
  const job = {
    name: 'dump',
    kind: 'job',
    image: 'busybox:1',
    schedule: '30 2 * * *',
    secrets: { KEY: 'k' },
  };
  expect(await api.call('POST', '/deployments', { body: { ...job, ...more } })).toMatchObject({
    status: 201,
  });
  return api;
}

/** The recorder notes what came of runs. */
async function note({ commands }: Api, runs: Partial<RunsChange>): Promise<void> {
  const { reconciler } = commands.store;
  const lease = await reconciler.acquireLease(1000);
  if (!lease) throw new Error('The lease is held already');
  const change = { results: [], added: [], cancelled: [], dropped: [], ...runs };
  const observation = { view: aView(), memory: emptyMemory };
  await reconciler.record(lease, [aRecording({ uid: 'uid-1', observation, runs: change })]);
  await reconciler.releaseLease(lease);
}

const over: RunResult = {
  state: 'failed',
  startedAt: at,
  finishedAt: '2024-01-15T10:30:09.000Z',
  reason: 'part 0 exited with 3',
  parts: [
    {
      index: 0,
      attempts: 2,
      outcome: 'failed',
      exitCode: 3,
      startedAt: at,
      finishedAt: '2024-01-15T10:30:09.000Z',
      reason: 'exited with 3',
    },
  ],
};

const summary = {
  deployment: 'dump',
  number: 1,
  state: 'pending',
  reason: null,
  cause: 'manual',
  author: 'editor',
  revision: 1,
  completions: 1,
  exit_code: null,
  scheduled_at: null,
  created_at: at,
  started_at: null,
  finished_at: null,
  cancelled: false,
};

const run = { ...summary, command: null, environment: {}, parts: [] };

onBothTransports('runs', (open) => {
  it('begin when somebody asks, and wake the reconciler', async () => {
    const api = await openWithJob(open);
    const { status, body, headers } = await api.call('POST', '/deployments/dump/runs');
    expect([status, body, headers.get('location')]).toEqual([201, run, '/deployments/dump/runs/1']);
    expect(api.commands.woken).toEqual(['uid-1', 'uid-1']);
    expect(validate(RunView, body).violations).toBeUndefined();
    const { body: events } = await api.call('GET', '/deployments/dump/events');
    expect(events.at(-1)).toMatchObject({
      level: 'info',
      component: 'api',
      reason: 'RunCreated',
      message: 'Run 1 created: editor asked for it',
    });
  });

  it('take another command and environment, whose values are for those who may write', async () => {
    const api = await openWithJob(open);
    const given = { command: ['sh', '-c', 'echo $DAY'], environment: { DAY: 'monday' } };
    const { body } = await api.call('POST', '/deployments/dump/runs', { body: given });
    expect(body).toEqual({ ...run, ...given });
    const read = async (as: 'viewer' | 'editor') =>
      (await api.call('GET', '/deployments/dump/runs/1', { as })).body;
    expect([await read('editor'), await read('viewer')]).toEqual([
      { ...run, ...given },
      { ...run, ...given, environment: { DAY: '***' } },
    ]);
    const { status, body: refused } = await api.call('POST', '/deployments/dump/runs', {
      body: { environment: { 'A=B': 'x' }, command: ['a\0'], nope: 1 },
    });
    expect([status, refused.code, refused.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual(
      [400, 'INVALID_REQUEST', ['/nope', '/command/0', '/environment/A=B']],
    );
  });

  it('are refused to viewers, of workers, and where there is no such thing', async () => {
    const api = await openWithJob(open);
    await api.call('POST', '/deployments', { body: { name: 'web', image: 'nginx:1' } });
    const ask = async (method: string, path: string, as: 'viewer' | 'editor' = 'editor') => {
      const { status, body } = await api.call(method, `/deployments/${path}`, { as });
      return [status, body.code];
    };
    expect([
      await ask('POST', 'dump/runs', 'viewer'),
      await ask('POST', 'dump/runs/1/cancel', 'viewer'),
      await ask('POST', 'web/runs'),
      await ask('POST', 'nothing/runs'),
      await ask('GET', 'nothing/runs'),
      await ask('GET', 'dump/runs/1'),
      await ask('GET', 'dump/runs/none'),
      await ask('POST', 'dump/runs/7/cancel'),
      await ask('GET', 'dump/runs/7/logs'),
    ]).toEqual([
      [403, 'FORBIDDEN'],
      [403, 'FORBIDDEN'],
      [400, 'INVALID_REQUEST'],
      [404, 'DEPLOYMENT_NOT_FOUND'],
      [404, 'DEPLOYMENT_NOT_FOUND'],
      [404, 'RUN_NOT_FOUND'],
      [400, 'INVALID_REQUEST'],
      [404, 'RUN_NOT_FOUND'],
      [404, 'RUN_NOT_FOUND'],
    ]);
    expect((await api.call('GET', '/deployments/web/runs')).body).toEqual([]);
  });

  it('run one at a time where the job does not say otherwise, with the way out', async () => {
    const api = await openWithJob(open);
    await api.call('POST', '/deployments/dump/runs');
    const { status, body } = await api.call('POST', '/deployments/dump/runs');
    expect([status, body.code, body.error]).toEqual([
      409,
      'RUN_UNDER_WAY',
      'Run 1 of dump is not over: wait for it, end it with POST /deployments/dump/runs/1/cancel, or declare "concurrency": "allow"',
    ]);
    await note(api, { results: [{ number: 1, result: over }] });
    expect(await api.call('POST', '/deployments/dump/runs')).toMatchObject({
      status: 201,
      body: { number: 2 },
    });
  });

  it('run beside each other, or take the place of what runs, where the job says so', async () => {
    const twice = async (concurrency: string) => {
      const api = await openWithJob(open, { concurrency });
      await api.call('POST', '/deployments/dump/runs');
      await api.call('POST', '/deployments/dump/runs');
      const { body } = await api.call('GET', '/deployments/dump/runs');
      return body.map((one: RunSummary) => [one.number, one.cancelled, one.reason]);
    };
    expect([await twice('allow'), await twice('replace')]).toEqual([
      [
        [2, false, null],
        [1, false, null],
      ],
      [
        [2, false, null],
        [1, true, 'replaced by a run that editor asked for'],
      ],
    ]);
  });

  it('are a hundred at a time at most, whatever the job says', async () => {
    const api = await openWithJob(open, { concurrency: 'allow' });
    for (let count = 0; count < 100; count += 1) await api.call('POST', '/deployments/dump/runs');
    expect(await api.call('POST', '/deployments/dump/runs')).toMatchObject({
      status: 409,
      body: { code: 'RUN_UNDER_WAY', error: expect.stringContaining('100 runs of dump are not over') },
    });
  });

  it('are listed newest first, as many as are asked for, with how they ended', async () => {
    const api = await openWithJob(open, { concurrency: 'allow' });
    for (let count = 0; count < 3; count += 1) await api.call('POST', '/deployments/dump/runs');
    await note(api, { results: [{ number: 2, result: over }] });
    const { body } = await api.call('GET', '/deployments/dump/runs?limit=2', { as: 'viewer' });
    const ended = {
      state: 'failed',
      reason: 'part 0 exited with 3',
      exit_code: 3,
      started_at: at,
      finished_at: '2024-01-15T10:30:09.000Z',
    };
    expect(body).toEqual([
      { ...summary, number: 3 },
      { ...summary, number: 2, ...ended },
    ]);
    expect(body.map((one: unknown) => validate(RunSummary, one).violations)).toEqual([undefined, undefined]);
    expect((await api.call('GET', '/deployments/dump/runs/2')).body.parts).toEqual([
      {
        index: 0,
        attempts: 2,
        outcome: 'failed',
        exit_code: 3,
        started_at: at,
        finished_at: '2024-01-15T10:30:09.000Z',
        reason: 'exited with 3',
      },
    ]);
  });

  it('can be cancelled while they are not over, once', async () => {
    const api = await openWithJob(open);
    await api.call('POST', '/deployments/dump/runs');
    const cancel = () => api.call('POST', '/deployments/dump/runs/1/cancel');
    const asked = { ...run, cancelled: true, reason: 'cancelled by editor' };
    expect(await cancel()).toMatchObject({ status: 200, body: asked });
    expect(await cancel()).toMatchObject({ status: 200, body: asked });
    expect(api.commands.woken).toHaveLength(3);
    await note(api, { results: [{ number: 1, result: over }] });
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'failed', reason: over.reason } });
  });

  it('have logs of their own, which a follower reads until the run is over', async () => {
    const api = await openWithJob(open, { concurrency: 'allow' });
    await api.call('POST', '/deployments/dump/runs');
    await api.call('POST', '/deployments/dump/runs');
    await api.runtime.ensureNetwork('default');
    const imageId = api.runtime.images.add('busybox:1');
    const begin = async (number: number) => {
      const slot = runSlot(number, 0);
      const identity = someIdentity({ uid: 'uid-1', name: 'dump', slot, revision: 1 });
      const containerName = `default_dump_${slot}_r1`;
      const spec = aSpec({ kind: 'job' });
      const id = await api.runtime.create({
        ...{ containerName, identity, imageId, spec },
        ...{ environment: {}, files: [], aliases: [] },
      });
      await api.runtime.start(id);
      return id;
    };
    const [first, second] = [await begin(1), await begin(2)];
    api.runtime.say(first, 'one');
    api.runtime.say(second, 'two');
    const words = (body: readonly { message: string; replica: number }[]) =>
      body.map(({ message, replica }) => [message.split(' ')[1], replica]);
    const logs = async (path: string) => words((await api.call('GET', `/deployments/dump/${path}`)).body);
    expect([await logs('logs'), await logs('runs/2/logs'), await logs('runs/2/logs?container=0')]).toEqual([
      [
        ['one', 0],
        ['two', 0],
      ],
      [['two', 0]],
      [['two', 0]],
    ]);
    const events = readEvents(await api.open('GET', '/deployments/dump/runs/2/logs?follow=true'));
    expect(words([(await events.next())?.data])).toEqual([['two', 0]]);
    api.runtime.say(second, 'last');
    await note(api, { results: [{ number: 2, result: over }] });
    expect(words([(await events.next())?.data])).toEqual([['last', 0]]);
    expect(await events.next()).toEqual({ event: 'end', data: { reason: 'over' } });
  });
});
