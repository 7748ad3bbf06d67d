/** How events are followed, whosever they are: as server-sent events whose ids say where to go on. */
import { RingError, summaryOf } from '../core/errors.ts';
import type { Changes } from '../core/event/changes.ts';
import type { EventView } from '../core/event/event.ts';
import type { DeploymentEvent, EventFeed, ToldEvent } from '../core/event/feed.ts';
import { type FollowEventsQuery, type FollowedEvent, followEvents } from '../core/event/follow.ts';
import type { StreamLimit } from '../core/log/limit.ts';
import { makeStop } from '../core/log/stop.ts';
import type { Cache, Clock, Deployments } from '../core/ports.ts';
import { reply } from './endpoint.ts';
import { eventStream, eventStreamHeaders, type ServerSentEvent } from './sse.ts';

/** What following needs. */
export interface EventPorts {
  readonly feed: EventFeed;
  readonly changes: Changes;
  readonly cache: Cache;
  readonly deployments: Deployments;
  readonly clock: Clock;
  readonly streams: StreamLimit;
}

/** Events as they are told, from the newest on or from where the reader was. TOO_MANY_STREAMS. */
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

/** The text of a cursor, where one goes back from; INVALID_REQUEST for another list's, or beside follow. */
export const checkedCursor = (
  { cursor, follow }: { readonly cursor?: string | undefined; readonly follow: boolean },
  form: RegExp,
): string | undefined => {
  if (cursor === undefined || (form.test(cursor) && !follow)) return cursor;
  const message = follow ? 'cannot be combined with follow' : 'must be a cursor that this list gave';
  const violations = [{ pointer: '?cursor', message }];
  throw new RingError('INVALID_REQUEST', summaryOf(violations), { violations });
};

/** As the list of the same address shows it: who asks for one deployment knows which. */
function shownOf({ event }: ToldEvent, isOfOne: boolean): EventView | DeploymentEvent {
  const { deployment: _deployment, namespace: _namespace, ...rest } = event;
  return isOfOne ? rest : event;
}

/** A client that lost its connection says which event it had last. */
const lastEventId = (request: Request): number | undefined => {
  const id = request.headers.get('last-event-id') ?? '';
  return /^\d{1,15}$/.test(id) ? Number(id) : undefined;
};

async function* asEvents(
  followed: AsyncGenerator<FollowedEvent>,
  isOfOne: boolean,
): AsyncGenerator<ServerSentEvent> {
  for await (const one of followed) {
    if (one.kind === 'event') yield { id: String(one.told.sequence), data: shownOf(one.told, isOfOne) };
    else if (one.kind === 'gap')
      yield { event: 'gap', data: { after: String(one.after), reason: one.reason } };
    else if (one.kind === 'end') yield { event: 'end', data: { reason: 'deleted' } };
    else yield {};
  }
}
