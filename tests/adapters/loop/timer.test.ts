/** When the timer ticks, on a clock moved by hand. */
import { describe, expect, it } from 'vitest';
import { makeTimer } from '../../../adapters/loop/timer.ts';
import { RingError } from '../../../core/errors.ts';
import type { AbortSignalLike, RuntimeEvent } from '../../../core/runtime.ts';
import { aReport, makeFakeClock, makeFakeTicker, settle } from './fake-loop.ts';

const aDeath: RuntimeEvent = {
  instanceId: 'c1',
  identity: {
    uid: 'u1',
    deploymentId: 'web',
    namespace: 'default',
    name: 'web',
    revision: 1,
    slot: 0,
    specHash: 'h',
  },
  action: 'die',
  exitCode: 1,
  at: 0,
};

/** One stream of events, told by the test. */
interface Told {
  tell(event: RuntimeEvent): void;
  /** Ends the stream, with an error or without. */
  end(error?: Error): void;
}

function setUp() {
  const clock = makeFakeClock();
  const reconciler = makeFakeTicker(clock);
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const streams: Told[] = [];
  const runtime = { events: (signal: AbortSignalLike) => listen(streams, signal) };
  const ports = { reconciler, runtime, clock, log: { info: say, warn: say, error: say } };
  return { clock, reconciler, said, streams, timer: makeTimer(ports, { intervalMs: 10_000 }) };
}

async function* listen(streams: Told[], signal: AbortSignalLike): AsyncIterable<RuntimeEvent> {
  const told: (RuntimeEvent | Error | null)[] = [];
  let look: () => void = () => undefined;
  const push = (next: RuntimeEvent | Error | null) => {
    told.push(next);
    look();
  };
  const leave = () => push(null);
  signal.addEventListener('abort', leave);
  streams.push({ tell: push, end: (error) => push(error ?? null) });
  try {
    for (;;) {
      for (let next = told.shift(); next !== undefined; next = told.shift()) {
        if (next === null) return;
        if (next instanceof Error) throw next;
        yield next;
      }
      await new Promise<void>((resolve) => {
        look = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

describe('the timer', () => {
  it('ticks at once when it starts, and then once an interval', async () => {
    const { clock, reconciler, timer } = setUp();
    timer.start();
    await clock.pass(25_000);
    expect(reconciler.begun).toEqual([0, 10_000, 20_000]);
  });

  it('does nothing before it is started, however often it is woken', async () => {
    const { clock, reconciler, timer } = setUp();
    timer.wake();
    await clock.pass(60_000);
    expect(reconciler.begun).toEqual([]);
  });

  it('ticks at once when it is woken after a rest', async () => {
    const { clock, reconciler, timer } = setUp();
    timer.start();
    await clock.pass(1_000);
    timer.wake('u1');
    await settle();
    expect(reconciler.begun).toEqual([0, 1_000]);
  });

  it('makes one tick of a burst after the first', async () => {
    const { clock, reconciler, timer } = setUp();
    timer.start();
    await clock.pass(1_000);
    for (let count = 0; count < 20; count += 1) {
      timer.wake();
      await clock.pass(0.1);
    }
    await clock.pass(1_000);
    expect(reconciler.begun).toEqual([0, 1_000, 1_002]);
  });

  it('ticks again after a wake that comes during a tick, never two at a time, and rests a little between', async () => {
    const { clock, reconciler, timer } = setUp();
    reconciler.onTick = async () => {
      await clock.sleep(400);
      return { report: aReport(), dueAt: null };
    };
    timer.start();
    await clock.pass(100);
    timer.wake();
    timer.wake();
    await clock.pass(2_000);
    expect([reconciler.begun, reconciler.running.most]).toEqual([[0, 425], 1]);
  });

  it('ticks when something falls due before the interval ends, and never faster than its pause', async () => {
    const { clock, reconciler, timer } = setUp();
    const due = [3_000, 0, null];
    reconciler.onTick = async () => ({ report: aReport(), dueAt: due.shift() ?? null });
    timer.start();
    await clock.pass(9_000);
    expect(reconciler.begun).toEqual([0, 3_000, 3_002]);
  });

  it.each([-86_400_000, 86_400_000])('goes on as before when the clock is set by %d ms', async (ms) => {
    const { clock, reconciler, timer } = setUp();
    timer.start();
    await clock.pass(1_000);
    clock.jump(ms);
    timer.wake();
    await clock.pass(2_000);
    timer.wake();
    await clock.pass(2_000);
    expect(reconciler.begun).toHaveLength(3);
  });

  it('asks again soon while another process holds the lease', async () => {
    const { clock, reconciler, timer, said } = setUp();
    reconciler.onTick = async () => {
      if (reconciler.begun.length < 4) throw new RingError('RECONCILER_BUSY', 'busy');
      return { report: aReport(), dueAt: null };
    };
    timer.start();
    await clock.pass(5_000);
    expect([reconciler.begun, said]).toEqual([[0, 250, 500, 750], []]);
  });

  it('says once that ticks fail the same way, goes on, and says when they succeed again', async () => {
    const { clock, reconciler, timer, said } = setUp();
    reconciler.onTick = async () => {
      if (reconciler.begun.length < 3) throw new Error('disk full');
      return { report: aReport(), dueAt: null };
    };
    timer.start();
    await clock.pass(5_000);
    expect([reconciler.begun, said]).toEqual([
      [0, 1_000, 2_000],
      ['A tick failed', 'Ticks succeed again'],
    ]);
  });
});

describe('an event of the engine', () => {
  it('is noted and wakes', async () => {
    const { clock, reconciler, streams, timer } = setUp();
    timer.start();
    await clock.pass(1_000);
    streams[0]?.tell(aDeath);
    await clock.pass(1_000);
    expect([reconciler.begun, reconciler.noticed]).toEqual([[0, 1_000], [aDeath]]);
  });

  it('that is no news is noted only', async () => {
    const { clock, reconciler, streams, timer } = setUp();
    timer.start();
    await clock.pass(1_000);
    streams[0]?.tell({ ...aDeath, action: 'create' });
    await clock.pass(1_000);
    expect([reconciler.begun, reconciler.noticed.length]).toEqual([[0], 1]);
  });

  it('is heard again after the stream broke, with one tick for what was missed', async () => {
    const { clock, reconciler, streams, timer, said } = setUp();
    timer.start();
    await clock.pass(1_000);
    streams[0]?.end(new Error('the engine went away'));
    await clock.pass(100);
    expect([streams.length, reconciler.begun]).toEqual([2, [0, 1_100]]);
    streams[1]?.tell(aDeath);
    await settle();
    expect([reconciler.noticed, said]).toEqual([
      [aDeath],
      ["The engine's event stream failed; polling by timer"],
    ]);
  });

  it('stream that keeps breaking is opened ever more slowly and complained about once', async () => {
    const { clock, reconciler, streams, timer, said } = setUp();
    timer.start();
    for (let passed = 0; passed < 60_000; passed += 50) {
      streams.at(-1)?.end(new Error('no engine'));
      await clock.pass(50);
    }
    expect(said).toEqual(["The engine's event stream failed; polling by timer"]);
    expect(streams.length).toBeLessThan(22);
    expect(reconciler.begun.length).toBeLessThan(30);
  });
});

describe('stopping', () => {
  it('ends the loop and everything that sleeps in it', async () => {
    const { clock, reconciler, timer } = setUp();
    timer.start();
    await clock.pass(1_000);
    await timer.stop(5_000);
    timer.wake();
    await clock.pass(60_000);
    expect([reconciler.begun, reconciler.stopped, clock.sleepers()]).toEqual([[0], true, 0]);
  });

  it('waits for the work in flight, but not for ever', async () => {
    const { clock, reconciler, timer } = setUp();
    reconciler.stop = () => new Promise(() => undefined);
    timer.start();
    await clock.pass(1_000);
    let over = false;
    const stopped = timer.stop(5_000).then(() => {
      over = true;
    });
    await clock.pass(4_999);
    expect(over).toBe(false);
    await clock.pass(1);
    await stopped;
  });
});
