/** GET /events: lists or follows the events of all deployments. */
import * as v from 'valibot';
import { levels } from '../../core/event/event.ts';
import { DeploymentEvent } from '../../core/event/feed.ts';
import { dnsLabel } from '../../core/name.ts';
import { endpoint, reply, streamed } from '../endpoint.ts';
import { checkedCursor, type EventPorts, replyWithEvents } from '../event-reply.ts';
import { cursor, linkTo, numberKey } from '../page.ts';
import { idParams } from '../params.ts';
import { flag, integer, list } from '../query.ts';

/**
 * Lists the newest events of all deployments, or of some, in the order in which they were recorded, the newest last; or
 * follows them as server-sent events. TOO_MANY_STREAMS.
 */
export const listAllEvents = endpoint({
  method: 'GET',
  path: '/events',
  scope: 'read',
  summary: 'List or follow the events of all deployments',
  query: v.object({
    'namespace[]': list(dnsLabel),
    'deployment[]': list(idParams.entries.id),
    level: v.optional(v.picklist(levels)),
    limit: integer({ min: 1, max: 1000, otherwise: 50 }),
    cursor,
    follow: flag(),
  }),
  replies: { 200: streamed('text/event-stream', v.array(DeploymentEvent)) },
  async handle({ request, query }, ports: EventPorts) {
    const { level, limit } = query;
    const filter = { level, namespaces: query['namespace[]'], deployments: query['deployment[]'] };
    const key = checkedCursor(query, /^\d{16}$/);
    if (query.follow) return replyWithEvents({ filter, limit }, request, ports);
    const before = key === undefined ? undefined : Number(key);
    const found = await ports.feed.newest(filter, { limit: limit + 1, before });
    const shown = found.slice(-limit);
    const first = found.length > limit ? shown[0] : undefined;
    const headers = linkTo(request, first === undefined ? null : numberKey(first.sequence));
    return reply(
      200,
      shown.map(({ event }) => event),
      headers,
    );
  },
});
