/** The loop that runs once, and the turns that it takes with the timer. */
import { describe, expect, it } from 'vitest';
import { exitCodeOf, reconcileOnce } from '../../../adapters/loop/once.ts';
import { inTurns } from '../../../adapters/loop/turns.ts';
import { RingError } from '../../../core/errors.ts';
import { aReport, makeFakeClock, makeFakeTicker, settle } from './fake-loop.ts';

describe('reconciling once', () => {
  const setUp = (reports: ReturnType<typeof aReport>[]) => {
    const reconciler = makeFakeTicker(makeFakeClock());
    reconciler.onTick = async () => ({ report: reports.shift() ?? aReport(), dueAt: null });
    return reconciler;
  };

  it('ticks until nothing more begins, and tells the last state and all that was done', async () => {
    const reconciler = setUp([
      aReport({ state: 'converging', actions: 3 }),
      aReport({ state: 'converging', actions: 2, failures: 1 }),
      aReport({ state: 'converged', actions: 0 }),
    ]);
    expect(await reconcileOnce(reconciler)).toEqual(aReport({ actions: 5, failures: 1, duration_ms: 3 }));
    expect(reconciler.begun.length).toBe(3);
  });

  it('waits for the work of a tick before it looks again', async () => {
    const order: string[] = [];
    const reconciler = setUp([aReport({ state: 'converging', actions: 1 })]);
    const tick = reconciler.tick;
    reconciler.tick = () => {
      order.push('tick');
      return tick();
    };
    reconciler.idle = async () => void order.push('idle');
    await reconcileOnce(reconciler);
    expect(order).toEqual(['tick', 'idle', 'tick']);
  });

  it('ends after one tick where nothing is to do, or nothing can be seen', async () => {
    for (const state of ['converged', 'unknown'] as const) {
      const reconciler = setUp([aReport({ state })]);
      expect([await reconcileOnce(reconciler), reconciler.begun.length]).toEqual([aReport({ state }), 1]);
    }
  });

  it('looks once more after work that another began, and leaves the rest to time', async () => {
    const reconciler = setUp([]);
    reconciler.onTick = async () => ({ report: aReport({ state: 'converging' }), dueAt: 5 });
    expect(await reconcileOnce(reconciler)).toEqual(aReport({ state: 'converging', duration_ms: 2 }));
  });

  it('gives up on what never settles', async () => {
    const reconciler = setUp([]);
    reconciler.onTick = async () => ({
      report: aReport({ state: 'converging', actions: 1 }),
      dueAt: null,
    });
    expect(await reconcileOnce(reconciler)).toMatchObject({ state: 'converging', actions: 20 });
  });

  it('asks what health checks are due after each tick, and looks again where they say something new', async () => {
    const reconciler = setUp([]);
    const news = [true, false];
    let asked = 0;
    const runDue = async () => {
      asked += 1;
      return news.shift() ?? false;
    };
    await reconcileOnce(reconciler, { runDue });
    expect([reconciler.begun.length, asked]).toEqual([2, 2]);
  });

  it('ends in time though health checks say something new each time', async () => {
    const reconciler = setUp([]);
    await reconcileOnce(reconciler, { runDue: async () => true });
    expect(reconciler.begun.length).toBe(20);
  });

  it('passes on that another holds the lease, unless it had begun', async () => {
    const busy = async () => {
      throw new RingError('RECONCILER_BUSY', 'busy');
    };
    const reconciler = setUp([]);
    reconciler.onTick = busy;
    await expect(reconcileOnce(reconciler)).rejects.toMatchObject({ code: 'RECONCILER_BUSY' });
    reconciler.onTick = async () => {
      reconciler.onTick = busy;
      return { report: aReport({ state: 'converging', actions: 1 }), dueAt: null };
    };
    expect(await reconcileOnce(reconciler)).toEqual(aReport({ state: 'converging', actions: 1 }));
  });

  it('tells a shell by its exit code', () => {
    const states = ['converged', 'converging', 'unknown'] as const;
    expect(states.map((state) => exitCodeOf(aReport({ state })))).toEqual([0, 2, 2]);
  });
});

describe('taking turns', () => {
  const setUp = () => {
    const running: { end(value: number): void; fail(error: Error): void }[] = [];
    const call = inTurns(
      () =>
        new Promise<number>((resolve, reject) => {
          running.push({ end: resolve, fail: reject });
        }),
    );
    return { running, call };
  };

  it('begins at once where nothing runs', () => {
    const { running, call } = setUp();
    void call();
    expect(running.length).toBe(1);
  });

  it('gives all who come meanwhile the one run that begins after it', async () => {
    const { running, call } = setUp();
    const results = [call(), call(), call()];
    await settle();
    expect(running.length).toBe(1);
    running[0]?.end(1);
    await settle();
    expect(running.length).toBe(2);
    running[1]?.end(2);
    expect(await Promise.all(results)).toEqual([1, 2, 2]);
  });

  it('goes on after a failure, which only its own caller hears of', async () => {
    const { running, call } = setUp();
    const first = call();
    const second = call();
    running[0]?.fail(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await settle();
    running[1]?.end(2);
    expect(await second).toBe(2);
    await settle();
    void call();
    expect(running.length).toBe(3);
  });
});
