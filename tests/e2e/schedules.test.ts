/** Schedules on a real engine: runs begin when they are due, by the server's timer and by cron, and none of them twice. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunSummary } from '../../core/run/view.ts';
import { ensureTestImage } from '../support/images.ts';
import { openRingProcess, type RingProcess } from '../support/ring-process.ts';
import { until } from '../support/until.ts';

let image = '';
let folder = '';

beforeAll(async () => {
  image = await ensureTestImage();
  folder = await mkdtemp(join(tmpdir(), 'ring-schedules-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const everyTwoSeconds = '*/2 * * * * *';

/** A job of which every run leaves a line in a file of its name before it does `then`. */
const aJob = (name: string, then: string, more: object = {}) => ({
  kind: 'job' as const,
  image,
  namespace: 'schedules',
  command: ['sh', '-c', `echo run >> /runs/${name}; ${then}`],
  volumes: [`${folder}:/runs`],
  stop_grace: '1s',
  history: 500,
  ...more,
});

const linesOf = async (name: string): Promise<number> => {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '').length;
};

/** The runs of a job, the oldest first. */
const runsOf = async (ring: RingProcess, name: string): Promise<readonly RunSummary[]> =>
  (await ring.call('GET', `/deployments/${name}/runs?limit=1000`)).body.reverse();

const untilRuns = (ring: RingProcess, name: string, isEnough: (runs: readonly RunSummary[]) => boolean) =>
  until(() => runsOf(ring, name), isEnough, { what: `runs of ${name}`, withinMs: 60_000 });

const isOver = ({ state }: RunSummary): boolean => ['completed', 'failed', 'cancelled'].includes(state);

/** Suspends a schedule and waits until nothing of it runs. */
const suspend = async (ring: RingProcess, name: string): Promise<readonly RunSummary[]> => {
  expect(await ring.call('PATCH', `/deployments/${name}`, { body: { suspend: true } })).toMatchObject({
    status: 200,
  });
  await ring.until(name, ({ schedule }) => schedule?.next_run_at === null);
  return untilRuns(ring, name, (runs) => runs.every(isOver));
};

/** The instants that events say were skipped. */
const skippedOf = async (ring: RingProcess, name: string) => {
  const { body } = await ring.call('GET', `/deployments/${name}/events?limit=1000`);
  return body.filter(({ reason }: { reason: string }) => reason === 'RunSkipped');
};

/** Every run was meant for an instant of its own, none before the one of the run before. */
const expectOncePerInstant = (runs: readonly RunSummary[]): void => {
  const instants = runs
    .filter(({ cause }) => cause === 'schedule')
    .map(({ scheduled_at }) => scheduled_at ?? '');
  expect(instants).toEqual([...new Set(instants)].sort());
  for (const instant of instants) expect(Date.parse(instant) % 2000).toBe(0);
};

test('a schedule begins runs until it is suspended, and tells when the next one is due', async () => {
  const ring = await openRingProcess();
  try {
    await ring.declare('tick', aJob('tick', 'exit 0', { schedule: everyTwoSeconds, concurrency: 'allow' }));
    const seen = await ring.until('tick', ({ schedule }) => schedule?.last_run_at != null);
    expect(Date.parse(seen.schedule?.next_run_at ?? '')).toBeGreaterThan(
      Date.parse(seen.schedule?.last_run_at ?? ''),
    );
    await untilRuns(ring, 'tick', (runs) => runs.filter(isOver).length >= 3);
    const runs = await suspend(ring, 'tick');
    expectOncePerInstant(runs);
    expect(runs.map(({ state, exit_code, author }) => [state, exit_code, author])).toEqual(
      runs.map(() => ['completed', 0, '']),
    );
    expect(await linesOf('tick')).toBe(runs.length);
    // What was due meanwhile is not made up for.
    await ring.call('POST', '/reconcile');
    expect(await runsOf(ring, 'tick')).toHaveLength(runs.length);
    const { body } = await ring.call('POST', '/deployments/tick/runs', {
      body: { command: ['echo', 'by hand'] },
    });
    await untilRuns(ring, 'tick', (all) => all.at(-1)?.number === body.number && all.every(isOver));
    const logs = await ring.call('GET', `/deployments/tick/runs/${body.number}/logs`);
    expect(logs.body).toEqual([expect.objectContaining({ message: expect.stringMatching(/ by hand$/) })]);
  } finally {
    await ring.close();
  }
});

test('forbid begins no run beside another, and says what it skipped', async () => {
  const ring = await openRingProcess();
  try {
    await ring.declare('slow', aJob('slow', 'sleep 3', { schedule: everyTwoSeconds, concurrency: 'forbid' }));
    await untilRuns(ring, 'slow', (runs) => runs.filter(isOver).length >= 3);
    const runs = await suspend(ring, 'slow');
    expectOncePerInstant(runs);
    for (const [index, run] of runs.entries()) {
      const before = runs[index - 1];
      if (before)
        expect(Date.parse(run.created_at)).toBeGreaterThanOrEqual(Date.parse(before.finished_at ?? ''));
    }
    expect(await skippedOf(ring, 'slow')).not.toEqual([]);
    expect(await linesOf('slow')).toBe(runs.length);
  } finally {
    await ring.close();
  }
});

test('a kill and a restart of Ring repeat no run and forget none that was begun', async () => {
  const ring = await openRingProcess();
  try {
    await ring.declare(
      'through',
      aJob('through', 'sleep 1', { schedule: everyTwoSeconds, concurrency: 'allow' }),
    );
    for (let restart = 1; restart <= 2; restart += 1) {
      const before = await linesOf('through');
      await until(
        () => linesOf('through'),
        (lines) => lines > before,
      );
      await ring.kill();
      await ring.start();
      await untilRuns(ring, 'through', (runs) => runs.filter(isOver).length >= 2 * restart);
    }
    const runs = await suspend(ring, 'through');
    expectOncePerInstant(runs);
    expect(runs.map(({ state }) => state)).toEqual(runs.map(() => 'completed'));
    expect(await linesOf('through')).toBe(runs.length);
  } finally {
    await ring.close();
  }
});

test('cron drives a schedule by `ring reconcile`, without a server', async () => {
  const ring = await openRingProcess();
  try {
    // Suspended while the server is there, so that nothing but cron begins anything.
    const job = aJob('cron', 'exit 0', { schedule: everyTwoSeconds, suspend: true });
    await ring.declare('cron', job);
    await ring.call('PATCH', '/deployments/cron', { body: { suspend: false, schedule: '* * * * * *' } });
    await ring.stop();
    const before = await linesOf('cron');
    for (let call = 1; call <= 2; call += 1) {
      const lines = await linesOf('cron');
      const { report } = await ring.reconcile();
      expect(report).toMatchObject({ failures: 0 });
      await until(
        async () => {
          if ((await linesOf('cron')) === lines) await ring.reconcile();
          return linesOf('cron');
        },
        (now) => now > lines,
      );
    }
    expect(await linesOf('cron')).toBeGreaterThanOrEqual(before + 2);
    await ring.start();
    const runs = await suspend(ring, 'cron');
    const instants = runs.map(({ scheduled_at }) => scheduled_at);
    expect(instants).toEqual([...new Set(instants)]);
    expect(await linesOf('cron')).toBe(runs.length);
  } finally {
    await ring.close();
  }
});
