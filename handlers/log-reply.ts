/** Replies with logs of deployments and runs: as a list, or followed as server-sent events. */
import * as v from 'valibot';
import { RingError, summaryOf } from '../core/errors.ts';
import { LogEntry } from '../core/log/entry.ts';
import { type Followed, type FollowQuery, followLogs } from '../core/log/follow.ts';
import type { StreamLimit } from '../core/log/limit.ts';
import { parsePlace } from '../core/log/place.ts';
import { readPrevious } from '../core/log/previous.ts';
import { readLogs as read } from '../core/log/read.ts';
import { sinceMs } from '../core/log/since.ts';
import { makeStop } from '../core/log/stop.ts';
import type { Cache, Clock, Deployments } from '../core/ports.ts';
import type { Runs } from '../core/run/runs.ts';
import type { Runtime } from '../core/runtime.ts';
import { reply, streamed } from './endpoint.ts';
import { flag, integer } from './query.ts';
import { eventStream, eventStreamHeaders, type ServerSentEvent } from './sse.ts';

/** The ports that reading and following need. */
export interface LogPorts {
  readonly deployments: Deployments;
  readonly runs: Pick<Runs, 'find'>;
  readonly runtime: Pick<Runtime, 'observe' | 'logs'>;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly streams: StreamLimit;
}

/** The query parameters that select lines. */
export const logQuery = v.object({
  tail: integer({ min: 0, max: 10_000, otherwise: 1000 }),
  since: v.optional(v.pipe(v.string(), v.maxLength(64, 'is too long'))),
  container: v.optional(
    v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(255, 'is too long')),
  ),
  follow: flag(),
  previous: flag(),
});

/** Lines, or a stream of them. */
export const logReplies = { 200: streamed('text/event-stream', v.array(LogEntry)) };

/** The parameters of a log request. */
export interface LogRequest {
  /** The deployment, or one run of it. */
  readonly of: Pick<FollowQuery, 'uid' | 'deploymentId' | 'run'>;
  readonly query: v.InferOutput<typeof logQuery>;
  readonly request: Request;
}

/**
 * Replies with the newest lines, those of the previous run, or a stream. INSTANCE_NOT_FOUND, TOO_MANY_STREAMS;
 * INVALID_REQUEST for previous and follow together.
 */
export async function replyWithLogs({ of, query, request }: LogRequest, ports: LogPorts) {
  if (query.follow && query.previous) throw notBoth();
  const since = query.since === undefined ? undefined : sinceMs(query.since, ports.clock.now());
  const wanted = { ...of, container: query.container, tail: query.tail, since };
  if (!query.follow) {
    const lines = query.previous ? readPrevious : read;
    return reply(200, await lines(wanted, { runtime: ports.runtime, signal: request.signal }));
  }
  return reply(200, await follow({ ...wanted, ...comingBack(request) }, request, ports), eventStreamHeaders);
}

const notBoth = (): RingError => {
  const violations = [{ pointer: '?previous', message: 'cannot be combined with follow' }];
  return new RingError('INVALID_REQUEST', summaryOf(violations), { violations });
};

/** Reads the place that a reconnecting client sends. */
const comingBack = (request: Request): Partial<FollowQuery> => {
  const after = parsePlace(request.headers.get('last-event-id') ?? '');
  return after ? { after, since: undefined, tail: 10_000 } : {};
};

const follow = async (wanted: FollowQuery, request: Request, { streams, ...ports }: LogPorts) => {
  const release = streams.take();
  const { signal, stop } = makeStop();
  const close = () => {
    stop();
    release();
  };
  request.signal.addEventListener('abort', close, { once: true });
  try {
    return eventStream(asEvents(await followLogs(wanted, { ...ports, signal })), close);
  } catch (error) {
    close();
    throw error;
  }
};

async function* asEvents(followed: AsyncGenerator<Followed>): AsyncGenerator<ServerSentEvent> {
  for await (const one of followed) {
    if (one.kind === 'line') yield { id: one.place, data: one.entry };
    else if (one.kind === 'gap') yield { event: 'gap', data: { reason: 'older_lines_left_out' } };
    else if (one.kind === 'end') yield { event: 'end', data: { reason: one.reason } };
    else yield {};
  }
}
