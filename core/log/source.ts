/**
 * Follows one container across its restarts, one line ahead of the reader: the next line is read when the current one
 * was taken. follow.ts decides which containers to follow.
 */
import type { Clock } from '../ports.ts';
import type { AbortSignalLike, Instance, LogLine, Runtime } from '../runtime.ts';
import type { Bell } from './bell.ts';
import { type LogEntry, toEntry } from './entry.ts';
import { advanced, makeIsAfter, type Position } from './position.ts';
import { hasNothingToRead } from './unread.ts';

/** The next line of one container. */
export interface LogSource {
  /** Returns the next line; null while there is none. */
  peek(): LogEntry | null;
  /** Takes the line that peek returns, and reads the next one. */
  take(): void;
}

/** The ports that following needs; the signal ends it. */
export interface FollowPorts {
  readonly runtime: Pick<Runtime, 'observe' | 'logs'>;
  readonly clock: Clock;
  readonly signal: AbortSignalLike;
}

/** Where a source begins: after a position, at an instant (ms since 1970), or at the container's first line. */
export interface Beginning {
  readonly position: Position | null;
  readonly since?: number | undefined;
}

const firstPauseMs = 250;
const longestPauseMs = 5000;

/** Starts to follow a container; rings the bell for each new line. */
export const openSource = (
  instance: Instance,
  beginning: Beginning,
  { bell, ...ports }: FollowPorts & { readonly bell: Bell },
): LogSource => {
  let head: LogEntry | null = null;
  let taken: (() => void) | null = null;

  const offer = async (entry: LogEntry): Promise<void> => {
    head = entry;
    bell.ring();
    await new Promise<void>((resolve) => {
      taken = resolve;
      if (ports.signal.aborted) resolve();
    });
  };

  ports.signal.addEventListener('abort', () => taken?.(), { once: true });
  void pump(instance, beginning, { ...ports, offer });

  return {
    peek: () => head,
    take() {
      head = null;
      taken?.();
    },
  };
};

/** Reads until the signal, or until the container is gone; never rejects. */
const pump = async (
  instance: Instance,
  beginning: Beginning,
  { offer, ...ports }: FollowPorts & { readonly offer: (entry: LogEntry) => Promise<void> },
): Promise<void> => {
  let { position } = beginning;
  let pauseMs = firstPauseMs;
  while (!ports.signal.aborted) {
    try {
      for await (const line of fresh(instance, { ...beginning, position }, ports)) {
        position = advanced(position, line.at);
        pauseMs = firstPauseMs;
        await offer(toEntry(line, instance));
        if (ports.signal.aborted) return;
      }
    } catch (error) {
      if (hasNothingToRead(error)) return;
      // The engine is unavailable or the stream broke: missed lines are read when it is back.
      pauseMs = Math.max(pauseMs, firstPauseMs * 2);
    }
    await ports.clock.sleep(pauseMs, ports.signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
};

/** Yields the lines after a position. The engine's filter is coarser and repeats some lines; they are dropped. */
async function* fresh(
  instance: Instance,
  { position, since }: Beginning,
  { runtime, signal }: FollowPorts,
): AsyncGenerator<LogLine> {
  const from = position ? Date.parse(position.at) : since;
  const isAfter = makeIsAfter(position);
  for await (const line of runtime.logs(instance.id, { follow: true, since: from, signal })) {
    if (isAfter(line.at)) yield line;
  }
}
