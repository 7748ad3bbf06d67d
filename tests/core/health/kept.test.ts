/** What is kept of answers: it can be read, outlives the process, and lets runs of cron count on. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HealthRecord } from '../../../core/health/record.ts';
import { anHttpCheck } from '../../support/health.ts';
import { instanceOf, makeProberWorld, type ProberWorld } from './prober-world.ts';

async function running(options = {}): Promise<ProberWorld> {
  const world = await makeProberWorld(options);
  world.prober.start();
  onTestFinished(() => world.prober.stop(1_000));
  return world;
}

/** By container: what was answered, how often in a row, and the verdict. */
const told = (records: readonly HealthRecord[]) =>
  records.map(({ instanceId, endedAt, checks }) => {
    const [only] = checks;
    const answers = only?.answers.map(({ status }) => status);
    return [instanceId, endedAt !== null, answers, only?.state.failures, only?.state.verdict];
  });

describe('results', () => {
  it('are the last ten of each check', async () => {
    const { prober, clock, answers } = await running();
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(100_500);
    answers.set('web-0', 503);
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(20_000);
    expect(told(await prober.of('uid-web'))).toEqual([
      ['web-0', false, [200, 200, 200, 200, 200, 200, 200, 200, 503, 503], 2, 'passing'],
    ]);
    expect(await prober.of('uid-api')).toEqual([]);
  });

  it('can be read at once where they are asked for, and within seconds by others where they are bad', async () => {
    const { prober, clock, answers, again } = await running();
    answers.set('web-0', 503);
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(1_100);
    expect(told(await prober.of('uid-web'))).toEqual([['web-0', false, [503], 1, 'unknown']]);
    await clock.pass(5_100);
    expect(told(await again().prober.of('uid-web'))).toEqual([['web-0', false, [503], 1, 'unknown']]);
  });

  it('of what goes well are stored once a minute', async () => {
    const { prober, clock, store } = await running();
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(6_000);
    const [early] = await store.healthRecords.of('uid-web');
    await clock.pass(50_000);
    expect(await store.healthRecords.of('uid-web')).toEqual([early]);
    await clock.pass(20_000);
    expect(told(await store.healthRecords.of('uid-web'))[0]?.[2]).toHaveLength(7);
  });

  it('stay when the instance has ended, and when its process was another', async () => {
    const { prober, clock, answers, store } = await running();
    answers.set('web-0', 503);
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(1_100);
    prober.watch([]);
    await clock.pass(1_000);
    expect(told(await store.healthRecords.of('uid-web'))).toEqual([['web-0', true, [503], 1, 'unknown']]);
    expect(told(await prober.of('uid-web'))).toEqual([['web-0', true, [503], 1, 'unknown']]);
    prober.watch([instanceOf('web', 0, { startedAt: clock.now() })]);
    expect(told(await prober.of('uid-web'))).toEqual([['web-0', false, [503], 0, 'unknown']]);
  });

  it('are stored later where the store fails, and so are events', async () => {
    let broken = true;
    const interrupt = () => {
      if (broken) throw new Error('no room');
    };
    const { prober, clock, answers, store } = await running({ interrupt });
    answers.set('web-0', 503);
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(60_000);
    broken = false;
    await clock.pass(11_000);
    expect(told(await store.healthRecords.of('uid-web'))[0]?.[4]).toBe('failing');
    expect(await store.stores.events.list('uid-web', { limit: 5 })).toMatchObject([
      { reason: 'HealthCheckFailed', count: 1 },
    ]);
  });

  it('are stored when the process stops', async () => {
    const { prober, clock, store } = await running();
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(1_100);
    await prober.stop(1_000);
    expect(told(await store.healthRecords.of('uid-web'))).toEqual([['web-0', false, [200], 0, 'passing']]);
  });
});

describe('the next process', () => {
  it('knows from the start what is ready, and counts on', async () => {
    const first = await running();
    const { clock, answers } = first;
    first.prober.watch([instanceOf('web', 0), instanceOf('web', 1)]);
    await clock.pass(1_100);
    answers.set('web-0', 503);
    await clock.pass(20_000);
    await first.prober.stop(1_000);

    const { prober } = first.again();
    onTestFinished(() => prober.stop(1_000));
    await prober.restore();
    expect([...prober.known()].map(([id, { ready }]) => [id, ready]).sort()).toEqual([
      ['web-0', true],
      ['web-1', true],
    ]);
    prober.start();
    prober.watch([instanceOf('web', 0)]);
    expect([...prober.known().keys()]).toEqual(['web-0']);
    await clock.pass(10_100);
    expect(prober.known().get('web-0')?.ready).toBe(false);
  });

  it('trusts nothing of a process that has begun since', async () => {
    const first = await running();
    first.prober.watch([instanceOf('web', 0)]);
    await first.clock.pass(1_100);
    await first.prober.stop(1_000);
    const { prober } = first.again();
    await prober.restore();
    prober.watch([instanceOf('web', 0, { startedAt: first.clock.now() })]);
    expect(prober.known().get('web-0')?.ready).toBeNull();
  });
});

describe('a run of its own', () => {
  /** One run of cron: a process that is told whom to watch, asks what is due, and ends. */
  const cron = async ({ again }: ProberWorld, checks = instanceOf('web', 0).checks) => {
    const { prober, woken } = again();
    await prober.restore();
    prober.watch([instanceOf('web', 0, { checks })]);
    const changed = await prober.runDue();
    const ready = prober.known().get('web-0')?.ready;
    await prober.stop(1_000);
    return { changed, ready, woken: woken.length };
  };

  it('asks what is due, waits for it, and goes on counting where the one before it ended', async () => {
    const world = await makeProberWorld();
    const { clock, answers, asked } = world;
    answers.set('web-0', 503);
    expect(await cron(world)).toEqual({ changed: false, ready: null, woken: 0 });
    await clock.pass(60_000);
    expect(await cron(world)).toEqual({ changed: false, ready: null, woken: 0 });
    await clock.pass(60_000);
    expect(await cron(world)).toEqual({ changed: true, ready: false, woken: 1 });
    expect(asked.get('web-0')).toEqual([0, 0, 0]);
    answers.delete('web-0');
    await clock.pass(60_000);
    expect(await cron(world)).toEqual({ changed: true, ready: true, woken: 1 });
  });

  it('asks nothing that is not due', async () => {
    const world = await makeProberWorld();
    await cron(world);
    await world.clock.pass(5_000);
    await cron(world);
    expect(world.asked.get('web-0')).toHaveLength(1);
    await world.clock.pass(4_500);
    await cron(world);
    expect(world.asked.get('web-0')).toHaveLength(2);
  });

  it('waits no longer than it may for those that hang', async () => {
    const world = await makeProberWorld();
    world.answers.set('web-0', 'hangs');
    const { prober } = world.again({ runMs: 3_000 });
    prober.watch([instanceOf('web', 0), instanceOf('web', 1)]);
    let ended = false;
    const run = prober.runDue().finally(() => {
      ended = true;
    });
    await world.clock.pass(2_999);
    expect(ended).toBe(false);
    await world.clock.pass(1);
    expect(await run).toBe(true);
    expect(told(await world.store.healthRecords.of('uid-web'))).toEqual([
      ['web-0', false, [], 0, 'unknown'],
      ['web-1', false, [200], 0, 'passing'],
    ]);
  });

  it('is left to the loop where that runs', async () => {
    const { prober, asked } = await running();
    prober.watch([instanceOf('web', 0, { checks: [anHttpCheck()] })]);
    expect(await prober.runDue()).toBe(false);
    expect(asked.size).toBe(0);
  });
});
