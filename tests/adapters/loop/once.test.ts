/** The loop that runs once. */
import { describe, expect, it } from 'vitest';
import { exitCodeOf, reconcileOnce } from '../../../adapters/loop/once.ts';
import { RingError } from '../../../core/errors.ts';
import { aReport, makeFakeClock, makeFakeTicker } from './fake-loop.ts';

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
