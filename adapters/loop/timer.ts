/**
 * Decides when to tick: when woken, when something is due, and at the latest after the interval; never two at a time.
 * core/reconcile decides what a tick does.
 */
import { RingError } from '../../core/errors.ts';
import type { Clock, Log, Wake } from '../../core/ports.ts';
import type { Reconciler } from '../../core/reconcile/reconciler.ts';
import type { Runtime, RuntimeEvent } from '../../core/runtime.ts';
import { makeRest } from './rest.ts';

/** What the timer needs. */
export interface TimerPorts {
  readonly reconciler: Pick<Reconciler, 'tick' | 'notice' | 'stop'>;
  readonly runtime: Pick<Runtime, 'events'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Times in ms. */
export interface TimerOptions {
  /** The maximum time between two ticks. */
  readonly intervalMs: number;
  /**
   * The minimum and maximum pause after a tick, which is otherwise a quarter of the tick's duration: wakes during a
   * pause share one tick.
   */
  readonly pauseMs?: { readonly least: number; readonly most: number };
  /** The time until the next attempt when another process holds the lease. */
  readonly busyMs?: number;
}

/** A loop that can be started once. */
export interface Timer {
  start(): void;
  /** Whether it has been started and not stopped. */
  isRunning(): boolean;
  wake: Wake;
  /** Starts no more ticks and waits up to boundMs for the work in progress. */
  stop(boundMs: number): Promise<void>;
}

const reopenMs = { first: 100, most: 5_000 };
const failedTickMs = 1_000;

/** Makes the loop; it is not started. */
export const makeTimer = (ports: TimerPorts, options: TimerOptions): Timer => {
  const { reconciler, runtime, clock, log } = ports;
  const { intervalMs, pauseMs = { least: 2, most: 25 }, busyMs = 250 } = options;
  const stopping = new AbortController();
  let woken = true;
  let complaint: string | null = null;
  const { rest, wake: endRest } = makeRest(clock, stopping.signal);
  let loops: Promise<unknown> | null = null;
  let ended: Promise<unknown> | null = null;

  const wake = () => {
    woken = true;
    endRest();
  };

  /** Logs a persistent failure only once. */
  const complain = (error: unknown) => {
    const next = error instanceof Error ? error.message : String(error);
    if (next !== complaint) log.error('A tick failed', { error });
    complaint = next;
  };

  /** Runs one tick and returns how long to pause after it, in ms. */
  const tick = async (): Promise<number> => {
    try {
      const { dueAt } = await reconciler.tick();
      if (complaint !== null) log.info('Ticks succeed again');
      complaint = null;
      return dueAt === null ? intervalMs : Math.min(intervalMs, Math.max(0, dueAt - clock.now()));
    } catch (error) {
      if (error instanceof RingError && error.code === 'RECONCILER_BUSY') return busyMs;
      complain(error);
      return Math.min(intervalMs, failedTickMs);
    }
  };

  const run = async () => {
    while (!stopping.signal.aborted) {
      woken = false;
      const begun = clock.now();
      const restMs = await tick();
      const ended = clock.now();
      if (!woken) await rest(restMs);
      const pause = Math.min(pauseMs.most, Math.max(pauseMs.least, (ended - begun) / 4));
      const left = ended + pause - clock.now();
      // If the clock was set back during the pause, the remaining time could appear to be hours.
      await clock.sleep(Math.min(pause, Math.max(0, left)), stopping.signal);
    }
  };

  const hear = (event: RuntimeEvent) => {
    if (reconciler.notice(event)) wake();
  };

  /** Follows the engine's events while the loop runs; reopens a stream that ends or breaks. */
  const listen = async () => {
    let waitMs = reopenMs.first;
    while (!stopping.signal.aborted) {
      try {
        for await (const event of runtime.events(stopping.signal)) {
          waitMs = reopenMs.first;
          hear(event);
        }
      } catch (error) {
        if (!stopping.signal.aborted && waitMs === reopenMs.first) {
          log.warn("The engine's event stream failed; polling by timer", { error });
        }
      }
      await clock.sleep(waitMs, stopping.signal);
      waitMs = Math.min(reopenMs.most, waitMs * 2);
      // The list shows what happened while no stream was open.
      wake();
    }
  };

  return {
    start() {
      loops ??= Promise.all([run(), listen()]);
    },
    isRunning: () => loops !== null && !stopping.signal.aborted,
    wake,
    async stop(boundMs) {
      stopping.abort();
      ended ??= Promise.all([loops, reconciler.stop()]);
      const bound = new AbortController();
      await Promise.race([ended.finally(() => bound.abort()), clock.sleep(boundMs, bound.signal)]);
    },
  };
};
