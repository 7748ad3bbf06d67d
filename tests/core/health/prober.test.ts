/** Probing beside the ticks: when instances are asked, what is told of them, and what ends it. */
import { afterEach, describe, expect, it } from 'vitest';
import { anHttpCheck, aTcpCheck } from '../../support/health.ts';
import { instanceOf, makeProberWorld, type ProberWorld, type ProberWorldOptions } from './prober-world.ts';

const open: ProberWorld[] = [];
afterEach(async () => {
  for (const { prober } of open.splice(0)) await prober.stop(1_000);
});

/** A world whose prober runs. */
async function running(options: ProberWorldOptions = {}): Promise<ProberWorld> {
  const world = await makeProberWorld(options);
  open.push(world);
  world.prober.start();
  return world;
}

const ready = { ready: true, failing: null, unreadyReason: null };
const why = 'the http check of :8080/healthz is failing: it answered 503';

describe('an instance', () => {
  it('is asked within the first second, then at every interval, however long answers take', async () => {
    const { prober, clock, asked, answers } = await running();
    prober.watch([instanceOf('web', 0)]);
    answers.set('web-0', 'hangs');
    await clock.pass(60_000);
    const [first = Number.NaN, ...others] = asked.get('web-0') ?? [];
    expect(first).toBeLessThanOrEqual(1_025);
    // Times on the schedule, but for the moment within which questions are gathered.
    expect(others.map((at, index) => Math.round((at - first - (index + 1) * 10_000) / 100))).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });

  it('is not asked again while a question is under way', async () => {
    const { prober, clock, answers, underWay } = await running();
    prober.watch([instanceOf('web', 0, { checks: [anHttpCheck({ intervalMs: 1_000, timeoutMs: 1_000 })] })]);
    answers.set('web-0', 'hangs');
    await clock.pass(20_000);
    expect(underWay.most).toBe(1);
  });

  it('is ready with its first success, and somebody is told', async () => {
    const { prober, clock, woken } = await running();
    prober.watch([instanceOf('web', 0)]);
    expect(prober.known().get('web-0')).toEqual({ ready: null, failing: null, unreadyReason: null });
    await clock.pass(1_100);
    expect(prober.known().get('web-0')).toEqual(ready);
    await clock.pass(60_000);
    expect(woken).toEqual(['uid-web']);
  });

  it('is failing after three failures, and recovers', async () => {
    const { prober, clock, answers, woken } = await running();
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(1_100);
    answers.set('web-0', 503);
    await clock.pass(29_000);
    expect(prober.known().get('web-0')).toEqual(ready);
    await clock.pass(2_000);
    expect(prober.known().get('web-0')).toEqual({ ready: false, failing: why, unreadyReason: why });
    await clock.pass(60_000);
    expect(woken).toHaveLength(2);
    answers.delete('web-0');
    await clock.pass(10_000);
    expect(prober.known().get('web-0')).toEqual(ready);
    expect(woken).toHaveLength(3);
  });

  it('is asked every second while it may take its time to start', async () => {
    const { prober, clock, asked, answers } = await running();
    answers.set('web-0', 503);
    const checks = [anHttpCheck({ startPeriodMs: 60_000, readiness: true })];
    prober.watch([instanceOf('web', 0, { checks })]);
    await clock.pass(5_500);
    expect(asked.get('web-0')?.length).toBeGreaterThanOrEqual(4);
    answers.delete('web-0');
    await clock.pass(1_100);
    expect(prober.known().get('web-0')).toEqual(ready);
    const before = asked.get('web-0')?.length ?? 0;
    await clock.pass(20_000);
    expect((asked.get('web-0')?.length ?? 0) - before).toBeLessThanOrEqual(3);
  });

  it('that nobody watches any more is not asked, and its answer on the way is not heard', async () => {
    const { prober, clock, asked, answers, woken, underWay } = await running();
    answers.set('web-0', 'hangs');
    prober.watch([instanceOf('web', 0, { checks: [anHttpCheck({ threshold: 1 })] })]);
    await clock.pass(1_100);
    expect(underWay.now).toBe(1);
    prober.watch([]);
    await clock.pass(60_000);
    expect([underWay.now, asked.get('web-0')?.length, woken]).toEqual([0, 1, []]);
    expect(prober.known().size).toBe(0);
  });

  it('without checks is none', async () => {
    const { prober, clock, asked } = await running();
    prober.watch([instanceOf('web', 0, { checks: [] })]);
    await clock.pass(20_000);
    expect([prober.known().size, asked.size]).toEqual([0, 0]);
  });
});

describe('a clean slate', () => {
  const failing = async () => {
    const world = await running();
    world.answers.set('web-0', 503);
    world.prober.watch([instanceOf('web', 0)]);
    await world.clock.pass(31_000);
    expect(world.prober.known().get('web-0')?.ready).toBe(false);
    return world;
  };

  it('is what another process in the same container begins with', async () => {
    const { prober, clock } = await failing();
    prober.watch([instanceOf('web', 0, { startedAt: clock.now() })]);
    expect(prober.known().get('web-0')?.ready).toBeNull();
    await clock.pass(20_000);
    expect(prober.known().get('web-0')?.ready).toBeNull();
    await clock.pass(2_000);
    expect(prober.known().get('web-0')?.ready).toBe(false);
  });

  it('is not what the same process begins with that was out of sight', async () => {
    const { prober } = await failing();
    prober.watch([]);
    prober.watch([instanceOf('web', 0)]);
    expect(prober.known().get('web-0')?.ready).toBe(false);
  });

  it('is what a changed check begins with, and not one beside it', async () => {
    const { prober, clock, answers } = await failing();
    const [before] = instanceOf('web', 0).checks;
    const changed = anHttpCheck({ path: '/other', onFailure: 'alert' });
    prober.watch([instanceOf('web', 0, { checks: [changed] })]);
    expect(prober.known().get('web-0')).toEqual(ready);
    prober.watch([instanceOf('web', 0, { checks: before ? [changed, before] : [] })]);
    expect(prober.known().get('web-0')?.ready).toBeNull();
    answers.delete('web-0');
    await clock.pass(1_100);
    prober.watch([instanceOf('web', 0, { checks: before ? [aTcpCheck(), before] : [] })]);
    expect(prober.known().get('web-0')).toEqual(ready);
  });
});

describe('many instances', () => {
  const all = (name: string, count: number) =>
    Array.from({ length: count }, (_, slot) => instanceOf(name, slot));

  it('are asked at times of their own', async () => {
    const { prober, clock, asked } = await running();
    prober.watch(all('web', 1000));
    await clock.pass(1_100);
    const times = [...asked.values()].map(([at = 0]) => Math.floor(at / 100));
    expect(asked.size).toBe(1000);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      expect(times.filter((at) => at === tenth).length).toBeLessThan(200);
    }
  });

  it('of one deployment take eight places, and keep nobody else waiting', async () => {
    const { prober, clock, asked, answers, underWay } = await running();
    const hanging = all('web', 100);
    for (const { instanceId } of hanging) answers.set(instanceId, 'hangs');
    prober.watch([...hanging, instanceOf('api', 0)]);
    await clock.pass(1_100);
    expect(underWay.most).toBeLessThanOrEqual(9);
    expect(asked.get('api-0')).toHaveLength(1);
    await clock.pass(60_000);
    expect(underWay.most).toBeLessThanOrEqual(9);
    expect(asked.get('api-0')).toHaveLength(7);
  });

  it('take 128 places in all', async () => {
    const { prober, clock, answers, underWay } = await running();
    const hanging = Array.from({ length: 50 }, (_, index) => all(`d${index}`, 8)).flat();
    for (const { instanceId } of hanging) answers.set(instanceId, 'hangs');
    prober.watch(hanging);
    await clock.pass(30_000);
    expect(underWay.most).toBe(128);
  });
});

describe('events', () => {
  const eventsOf = async ({ store }: ProberWorld) =>
    (await store.stores.events.list('uid-web', { limit: 50 })).map(({ level, reason, message }) => ({
      level,
      reason,
      message,
    }));

  it.each(['restart', 'alert'] as const)(
    'tell of a check with %s that fails and recovers',
    async (onFailure) => {
      const world = await running();
      world.prober.watch([instanceOf('web', 0, { checks: [anHttpCheck({ onFailure })] })]);
      await world.clock.pass(1_100);
      expect(await eventsOf(world)).toEqual([]);
      world.answers.set('web-0', 503);
      await world.clock.pass(50_000);
      world.answers.delete('web-0');
      await world.clock.pass(50_000);
      expect(await eventsOf(world)).toEqual([
        { level: 'warning', reason: 'HealthCheckFailed', message: `Container default_web_0_r1: ${why}` },
        {
          level: 'info',
          reason: 'HealthCheckPassed',
          message: 'Container default_web_0_r1: the http check of :8080/healthz passes again',
        },
      ]);
    },
  );

  it('tell of a check that passes in the process that came after one that failed', async () => {
    const world = await running();
    world.answers.set('web-0', 503);
    world.prober.watch([instanceOf('web', 0)]);
    await world.clock.pass(31_000);
    world.prober.watch([]);
    world.answers.delete('web-0');
    const startedAt = world.clock.now();
    world.prober.watch([instanceOf('web', 0, { startedAt })]);
    await world.clock.pass(50_000);
    world.prober.watch([instanceOf('web', 0, { startedAt: startedAt + 1 })]);
    await world.clock.pass(50_000);
    expect((await eventsOf(world)).map(({ reason }) => reason)).toEqual([
      'HealthCheckFailed',
      'HealthCheckPassed',
    ]);
  });

  it('are none of a check whose failing leads to nothing', async () => {
    const world = await running();
    world.answers.set('web-0', 503);
    world.prober.watch([instanceOf('web', 0, { checks: [anHttpCheck({ onFailure: 'none' })] })]);
    await world.clock.pass(50_000);
    expect(await eventsOf(world)).toEqual([]);
  });

  it('are stored before anybody is woken to act on them', async () => {
    const world = await running();
    world.answers.set('web-0', 503);
    world.prober.watch([instanceOf('web', 0)]);
    await world.clock.pass(40_000);
    expect(world.woken).toEqual(['uid-web']);
    expect(await eventsOf(world)).toHaveLength(1);
  });
});

describe('time', () => {
  it('that leaps asks once, not once for each interval', async () => {
    const { prober, clock, asked } = await running();
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(1_100);
    clock.leap(100_000);
    await clock.pass(9_000);
    expect(asked.get('web-0')?.length).toBeLessThanOrEqual(2);
  });

  it('that is put back leaves nobody unasked', async () => {
    const { prober, clock, asked } = await running();
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(1_100);
    clock.leap(-3_600_000);
    prober.watch([instanceOf('web', 0), instanceOf('web', 1)]);
    await clock.pass(21_000);
    expect(asked.get('web-0')?.length).toBeGreaterThanOrEqual(3);
  });

  it('without anybody saying whom to watch ends the asking, until somebody does', async () => {
    const { prober, clock, asked } = await running({ staleMs: 30_000 });
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(200_000);
    expect(asked.get('web-0')).toHaveLength(3);
    prober.watch([instanceOf('web', 0)]);
    await clock.pass(1_000);
    expect(asked.get('web-0')).toHaveLength(4);
  });
});

it('asks nothing more once it is stopped, and counts nothing that this cut short', async () => {
  const { prober, clock, asked, answers, underWay, store } = await running();
  answers.set('web-0', 'hangs');
  prober.watch([instanceOf('web', 0)]);
  await clock.pass(1_100);
  await prober.stop(1_000);
  await prober.idle();
  await clock.pass(60_000);
  expect([underWay.now, asked.get('web-0')?.length]).toEqual([0, 1]);
  expect(await store.healthRecords.of('uid-web')).toMatchObject([{ checks: [{ state: { failures: 0 } }] }]);
});
