/**
 * Reads the log of one container as lines, to its end or while it grows. The caller decides which containers to read
 * and what happens after an exit.
 */
import type { LogLine, LogRequest } from '../../core/runtime.ts';
import type { Engine } from './connect.ts';
import { chunksWithin, follow } from './deadline.ts';
import { EngineError, toEngineError } from './engine-error.ts';
import { makeFrames, makeLines } from './frames.ts';
import { makeRepeats } from './repeats.ts';

// The engine expects seconds and nanoseconds; it rejects RFC 3339.
const sinceOf = (ms: number): string =>
  `${Math.floor(ms / 1000)}.${String((ms % 1000) * 1_000_000).padStart(9, '0')}`;

// The engine applies `tail` before it drops lines that are too recent: when both are requested, Ring does the counting.
const queryOf = ({ follow: follows, tail, since, until }: LogRequest) => ({
  stdout: 1,
  stderr: 1,
  timestamps: 1,
  follow: follows ? 1 : 0,
  tail: tail === undefined || until !== undefined ? 'all' : String(tail),
  ...(since === undefined ? {} : { since: sinceOf(since) }),
});

async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogLine> {
  const frames = makeFrames();
  const assembled = makeLines();
  for await (const chunk of chunks) {
    for (const frame of frames(chunk)) {
      const line = assembled.add(frame);
      if (line) yield line;
    }
  }
  yield* assembled.end();
}

/** Yields each line once: the engine repeats some after a rotation. */
async function* once(found: AsyncIterable<LogLine>): AsyncGenerator<LogLine> {
  const isRepeat = makeRepeats();
  for await (const line of found) if (!isRepeat(line)) yield line;
}

const textOf = (ms: number): string => new Date(ms).toISOString().replace('Z', '000000Z');

/** Yields the lines before an instant, limited to the last `tail`. The engine's timestamps may be out of order. */
async function* before(
  found: AsyncIterable<LogLine>,
  { until, tail }: { readonly until: number; readonly tail: number | undefined },
): AsyncGenerator<LogLine> {
  const end = textOf(until);
  const last: LogLine[] = [];
  for await (const line of found) {
    if (line.at >= end) continue;
    if (tail === undefined) yield line;
    else if (last.push(line) > tail) last.shift();
  }
  yield* last;
}

/** Yields the lines of a container, oldest first. Ends without an error on abort; rejects with EngineError. */
export async function* readLogs(
  engine: Engine,
  target: { readonly id: string; readonly silenceMs: number },
  request: LogRequest,
): AsyncGenerator<LogLine> {
  const { controller, release } = follow(request.signal);
  try {
    const path = `/containers/${encodeURIComponent(target.id)}/logs`;
    const stream = await engine.open(path, queryOf(request), controller.signal);
    const found = request.follow ? once(lines(stream)) : lines(chunksWithin(stream, target.silenceMs));
    const { until, tail } = request;
    yield* until === undefined ? found : before(found, { until, tail });
  } catch (error) {
    if (controller.signal.aborted) return;
    const failure = toEngineError(error);
    throw failure.status === null ? new EngineError(null, 'the log was cut off', error) : failure;
  } finally {
    release();
    controller.abort();
  }
}
