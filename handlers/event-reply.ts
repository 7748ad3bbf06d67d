/** Follows events as server-sent events whose ids say where to continue. */
import { RingError, summaryOf } from '../core/errors.ts';
import type { Changes } from '../core/event/changes.ts';
import type { EventView } from '../core/event/event.ts';
import type { DeploymentEvent, EventFeed, SequencedEvent } from '../core/event/feed.ts';
import { type FollowEventsQuery, type FollowedEvent, followEvents } from '../core/event/follow.ts';
import type { StreamLimit } from '../core/log/limit.ts';
import { makeStop } from '../core/log/stop.ts';
import type { Cache, Clock, Deployments } from '../core/ports.ts';
import { reply } from './endpoint.ts';
import { eventStream, eventStreamHeaders, type ServerSentEvent } from './sse.ts';

/** The ports that following needs. */
export interface EventPorts {
  readonly feed: EventFeed;
  readonly changes: Changes;
  readonly cache: Cache;
  readonly deployments: Deployments;
  readonly clock: Clock;
  readonly streams: StreamLimit;
}

/** Streams events as they are recorded, from the newest or from the reader's last one. TOO_MANY_STREAMS. */
export function replyWithEvents(
  query: Omit<FollowEventsQuery, 'after'>,
  request: Request,
  { streams, ...ports }: EventPorts,
) {
  const release = streams.take();
  const { signal, stop } = makeStop();
  const close = () => {
    stop();
    release();
  };
  request.signal.addEventListener('abort', close, { once: true });
  const followed = followEvents({ ...query, after: lastEventId(request) }, { ...ports, signal });
  return reply(
    200,
    eventStream(asEvents(followed, query.deployment !== undefined), close),
    eventStreamHeaders,
  );
}

/** Validates the cursor of a list of events; INVALID_REQUEST for another list's, or together with follow. */
export const checkedCursor = (
  { cursor, follow }: { readonly cursor?: string | undefined; readonly follow: boolean },
  form: RegExp,
): string | undefined => {
  if (cursor === undefined || (form.test(cursor) && !follow)) return cursor;
  const message = follow ? 'cannot be combined with follow' : 'must be a cursor returned by this list';
  const violations = [{ pointer: '?cursor', message }];
  throw new RingError('INVALID_REQUEST', summaryOf(violations), { violations });
};

/** The event as the corresponding list shows it: without the deployment when only one is followed. */
function shownOf({ event }: SequencedEvent, isOfOne: boolean): EventView | DeploymentEvent {
  const { deployment: _deployment, namespace: _namespace, ...rest } = event;
  return isOfOne ? rest : event;
}

/** Reads the id of the last event that a reconnecting client received. */
const lastEventId = (request: Request): number | undefined => {
  const id = request.headers.get('last-event-id') ?? '';
  return /^\d{1,15}$/.test(id) ? Number(id) : undefined;
};

async function* asEvents(
  followed: AsyncGenerator<FollowedEvent>,
  isOfOne: boolean,
): AsyncGenerator<ServerSentEvent> {
  for await (const one of followed) {
    if (one.kind === 'event')
      yield { id: String(one.recorded.sequence), data: shownOf(one.recorded, isOfOne) };
    else if (one.kind === 'gap')
      yield { event: 'gap', data: { after: String(one.after), reason: one.reason } };
    else if (one.kind === 'end') yield { event: 'end', data: { reason: 'deleted' } };
    else yield {};
  }
}
