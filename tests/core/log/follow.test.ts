import { expect, it } from 'vitest';
import { type Followed, followLogs } from '../../../core/log/follow.ts';
import { makeStop } from '../../../core/log/stop.ts';
import type { Clock } from '../../../core/ports.ts';
import type { LogLine, LogRequest } from '../../../core/runtime.ts';
import { RuntimeError } from '../../../core/runtime-error.ts';
import { makeApiWorld } from '../../support/api-world.ts';
import { makeLogWorld } from '../../support/log-world.ts';

const at = (nanos: number) => `2024-01-15T10:30:00.${String(nanos).padStart(9, '0')}Z`;
const line = (nanos: number): LogLine => ({ at: at(nanos), stream: 'stdout', message: `line ${nanos}` });

/** A clock that runs a thousand times as fast. */
const fastClock = (): Clock => {
  let now = Date.parse('2024-01-15T10:30:00.000Z');
  return {
    now: () => now,
    sleep: async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, ms / 1000));
      now += ms;
    },
  };
};

/** One container whose follower is given these streams, one after the other. */
const open = async (
  streams: readonly ((request: LogRequest) => AsyncIterable<LogLine>)[],
  { tail = 1000, past = lines }: { tail?: number; past?: () => AsyncIterable<LogLine> } = {},
) => {
  const world = await makeApiWorld();
  const web = await makeLogWorld(world);
  const id = await web.run(0);
  const requests: LogRequest[] = [];
  let opened = 0;
  const never = async function* (request: LogRequest): AsyncGenerator<LogLine> {
    await new Promise<void>((resolve) => request.signal.addEventListener('abort', resolve, { once: true }));
  };
  const runtime = {
    observe: world.runtime.observe,
    logs: (_id: string, request: LogRequest) => {
      if (!request.follow) return past();
      requests.push(request);
      opened += 1;
      return (streams[opened - 1] ?? never)(request);
    },
  };
  const { signal, stop } = makeStop();
  const ports = { ...world.ports, runtime, clock: fastClock(), signal };
  const followed = await followLogs({ uid: 'uid-1', deploymentId: 'web', tail }, ports);
  return { followed, requests, stop, id };
};

async function* lines(...nanos: number[]): AsyncGenerator<LogLine> {
  for (const one of nanos) yield line(one);
}

const take = async (followed: AsyncGenerator<Followed>, count: number) => {
  const taken: (string | undefined)[] = [];
  while (taken.length < count) {
    const { value } = await followed.next();
    if (value?.kind === 'line') taken.push(value.entry.timestamp);
  }
  return taken;
};

it('holds no more of what there is than a bound, says that older lines are left out, and goes on after the newest', async () => {
  const long = 'x'.repeat(100_000);
  const past = async function* (): AsyncGenerator<LogLine> {
    for (let n = 1; n <= 50; n += 1) yield { ...line(n), message: `${n} ${long}` };
  };
  const { followed, requests, stop } = await open([() => lines(50, 51)], { past });
  const told: string[] = [];
  while (!told.includes('51')) {
    const { value } = await followed.next();
    if (value?.kind === 'line') told.push(value.entry.timestamp.slice(-3, -1));
    else if (value) told.push(value.kind);
  }
  expect([told[0], told[1], told.length]).toEqual(['gap', '31', 22]);
  expect(requests.map(({ since }) => since)).toEqual([Date.parse(at(0))]);
  stop();
});

it('goes on after the last line where a stream broke, dropping what is repeated and nothing else', async () => {
  const { followed, requests, stop } = await open([
    async function* () {
      yield* lines(1, 2, 2);
      throw new RuntimeError('unavailable', 'The stream broke');
    },
    // The engine begins anew at the whole millisecond: three lines are known, a third one of that very time is not.
    () => lines(1, 2, 2, 2, 3),
    () => lines(2, 2, 2, 3, 4),
  ]);
  expect(await take(followed, 6)).toEqual([at(1), at(2), at(2), at(2), at(3), at(4)]);
  expect(requests.map(({ since }) => since)).toEqual([undefined, Date.parse(at(0)), Date.parse(at(0))]);
  stop();
});

it('passes on what is written after the clock was set back, also after a line from which it went on', async () => {
  const { followed, stop } = await open([
    async function* () {
      yield* lines(5, 6);
      throw new RuntimeError('unavailable', 'The stream broke');
    },
    () => lines(5, 6, 1, 2),
  ]);
  expect(await take(followed, 4)).toEqual([at(5), at(6), at(1), at(2)]);
  stop();
});

it('asks once only where a log driver keeps nothing that could be read', async () => {
  const { followed, requests, stop } = await open([
    // biome-ignore lint/correctness/useYield: it is refused before anything is told
    async function* () {
      throw new RuntimeError('config', 'configured logging driver does not support reading');
    },
  ]);
  expect(await followed.next()).toEqual({ done: false, value: { kind: 'idle' } });
  expect(requests).toHaveLength(1);
  stop();
});

it('asks for no more than it is asked for', async () => {
  let made = 0;
  const { followed, stop } = await open([
    async function* (): AsyncGenerator<LogLine> {
      for (;;) {
        made += 1;
        yield line(made);
      }
    },
  ]);
  await take(followed, 10);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(made).toBeLessThanOrEqual(12);
  stop();
});

it('says that it is still there when nothing is written', async () => {
  const { followed, stop } = await open([]);
  expect(await followed.next()).toEqual({ done: false, value: { kind: 'idle' } });
  stop();
});

it('ends with the signal and lets go of the engine, though a line was waiting to be taken', async () => {
  let released = false;
  const { followed, stop } = await open([
    async function* () {
      try {
        yield* lines(1, 2, 3);
      } finally {
        released = true;
      }
    },
  ]);
  await take(followed, 1);
  stop();
  for await (const _rest of followed);
  await expect.poll(() => released).toBe(true);
});

it('begins with now where no old line is wanted', async () => {
  const { followed, requests, stop } = await open([() => lines(1)], { tail: 0 });
  await take(followed, 1);
  expect(requests[0]?.since).toBe(Date.parse('2024-01-15T10:30:00.000Z'));
  stop();
});
