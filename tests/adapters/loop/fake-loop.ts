/** A clock that a test moves by hand, and a reconciler that only counts and obeys. */
import type { Clock } from '../../../core/ports.ts';
import type { Reconciler, Ticked } from '../../../core/reconcile/reconciler.ts';
import type { TickReport } from '../../../core/reconcile/report.ts';
import type { RuntimeEvent } from '../../../core/runtime.ts';

/** A report of a tick that did nothing. */
export const aReport = (changes: Partial<TickReport> = {}): TickReport => ({
  state: 'converged',
  deployments: 1,
  actions: 0,
  failures: 0,
  unknown: 0,
  unclaimed: 0,
  duration_ms: 1,
  ...changes,
});

/** Lets everything that is ready run; nothing that sleeps wakes. */
export const settle = async (): Promise<void> => {
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A clock that stands still until `pass` is called. `jump` sets it: sleeps take as long as they would have. */
export const makeFakeClock = (): Clock & {
  pass(ms: number): Promise<void>;
  jump(ms: number): void;
  sleepers(): number;
} => {
  const sleeping = new Set<{ until: number; readonly end: () => void }>();
  let now = 0;
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          until: now + ms,
          end: () => {
            sleeping.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.end);
            resolve();
          },
        };
        if (ms <= 0 || signal?.aborted) return resolve();
        sleeping.add(sleeper);
        signal?.addEventListener('abort', sleeper.end, { once: true });
      }),
    async pass(ms) {
      const until = now + ms;
      await settle();
      for (;;) {
        const next = [...sleeping].filter((one) => one.until <= until).sort((a, b) => a.until - b.until)[0];
        if (!next) break;
        now = next.until;
        next.end();
        await settle();
      }
      now = until;
    },
    jump(ms) {
      now += ms;
      for (const one of sleeping) one.until += ms;
    },
    sleepers: () => sleeping.size,
  };
};

/** A reconciler whose ticks do what a test says; `begun` holds when each began. */
export interface FakeTicker extends Omit<Reconciler, 'runUnderLease'> {
  readonly begun: readonly number[];
  readonly noticed: readonly RuntimeEvent[];
  /** How many ticks are running at this moment, and the most there ever were. */
  readonly running: { now: number; most: number };
  /** What the next ticks do; the default reports that nothing was to do. */
  onTick: () => Promise<Ticked>;
  stopped: boolean;
}

/** A reconciler at rest. */
export const makeFakeTicker = (clock: Clock): FakeTicker => {
  const begun: number[] = [];
  const noticed: RuntimeEvent[] = [];
  const running = { now: 0, most: 0 };
  const fake: FakeTicker = {
    begun,
    noticed,
    running,
    stopped: false,
    onTick: async () => ({ report: aReport(), dueAt: null }),
    async tick() {
      begun.push(clock.now());
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      try {
        return await fake.onTick();
      } finally {
        running.now -= 1;
      }
    },
    idle: async () => undefined,
    notice(event) {
      noticed.push(event);
      return event.action !== 'create';
    },
    async stop() {
      fake.stopped = true;
    },
  };
  return fake;
};
