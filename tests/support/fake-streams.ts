/**
 * The streams of a fake engine: logs that end with their container, events that break with the engine. Nothing is
 * replayed: as on a real engine, an event without a listener is lost.
 */
import type { AbortSignalLike, LogLine, LogRequest, RuntimeEvent } from '../../core/runtime.ts';
import type { RuntimeError } from '../../core/runtime-error.ts';
import type { FakeContainer } from './fake-engine-state.ts';

interface Listener {
  readonly queue: RuntimeEvent[];
  broken: RuntimeError | null;
  wake: () => void;
}

const instant = (ms: number, count: number): string =>
  new Date(ms).toISOString().replace('Z', `${String(count % 1_000_000).padStart(6, '0')}Z`);

const selected = (lines: readonly LogLine[], { since, until, tail }: LogRequest): readonly LogLine[] => {
  const from = since === undefined ? '' : instant(since, 0);
  const to = until === undefined ? null : instant(until, 0);
  const recent = lines.filter((line) => line.at >= from && (to === null || line.at < to));
  return tail === undefined ? recent : recent.slice(Math.max(0, recent.length - tail));
};

/** Makes the streams of one fake engine. */
export const makeFakeStreams = (now: () => number) => {
  const listeners = new Set<Listener>();
  let sleepers: (() => void)[] = [];
  let said = 0;

  const touched = (): void => {
    const woken = sleepers;
    sleepers = [];
    for (const wake of woken) wake();
  };

  const until = (signal: AbortSignalLike, arm: (wake: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      arm(resolve);
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', resolve, { once: true });
    });

  async function* logs(find: () => FakeContainer, request: LogRequest): AsyncGenerator<LogLine> {
    await Promise.resolve();
    const container = find();
    const first = selected(container.lines, request);
    let read = container.lines.length;
    yield* first;
    while (request.follow && !request.signal.aborted) {
      // Counted before they are handed out: what is said meanwhile comes in the next round.
      const fresh = container.lines.slice(read);
      read += fresh.length;
      yield* fresh;
      if (read < container.lines.length) continue;
      if (container.state !== 'running' && container.state !== 'paused') return;
      await until(request.signal, (wake) => sleepers.push(wake));
    }
  }

  async function* events(signal: AbortSignalLike): AsyncGenerator<RuntimeEvent> {
    const listener: Listener = { queue: [], broken: null, wake: () => undefined };
    listeners.add(listener);
    try {
      while (!signal.aborted) {
        const next = listener.queue.shift();
        if (next) yield next;
        else if (listener.broken) throw listener.broken;
        else {
          await until(signal, (wake) => {
            listener.wake = wake;
          });
        }
      }
    } finally {
      listeners.delete(listener);
    }
  }

  return {
    logs,
    events,
    touched,
    say(container: FakeContainer, line: Omit<LogLine, 'at'>): void {
      container.lines.push({ at: instant(now(), said++), ...line });
      touched();
    },
    emit(event: RuntimeEvent): void {
      for (const listener of listeners) {
        listener.queue.push(event);
        listener.wake();
      }
      touched();
    },
    breakAll(error: RuntimeError): void {
      for (const listener of listeners) {
        listener.broken = error;
        listener.wake();
      }
    },
  };
};
