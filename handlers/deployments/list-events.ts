/** GET /deployments/:id/events: lists or follows the events of a deployment. */
import * as v from 'valibot';
import { findDeployment } from '../../core/deployment/read.ts';
import { EventView, levels } from '../../core/event/event.ts';
import type { Events } from '../../core/ports.ts';
import { endpoint, reply, streamed } from '../endpoint.ts';
import { checkedCursor, type EventPorts, replyWithEvents } from '../event-reply.ts';
import { cursor, linkTo, numberKey } from '../page.ts';
import { idParams } from '../params.ts';
import { flag, integer } from '../query.ts';

/** The maximum number of events kept per deployment. */
const mostKept = 1000;

/**
 * Lists the newest events of a deployment by when they were last seen, the newest last; or follows them as server-sent
 * events until it is gone. DEPLOYMENT_NOT_FOUND, TOO_MANY_STREAMS.
 */
export const listEvents = endpoint({
  method: 'GET',
  path: '/deployments/:id/events',
  scope: 'read',
  summary: 'List or follow the events of a deployment',
  params: idParams,
  query: v.object({
    level: v.optional(v.picklist(levels)),
    limit: integer({ min: 1, max: mostKept, otherwise: 50 }),
    cursor,
    follow: flag(),
  }),
  replies: { 200: streamed('text/event-stream', v.array(EventView)) },
  async handle({ request, params, query }, ports: EventPorts & { readonly events: Events }) {
    const { level, limit } = query;
    const before = checkedCursor(query, /^\S+ \d{16}$/);
    const { uid, id } = await findDeployment(params.id, ports.deployments);
    if (query.follow) {
      return replyWithEvents({ filter: { uid, level }, limit, deployment: id }, request, ports);
    }
    const all = await ports.events.list(uid, { level, limit: before === undefined ? limit + 1 : mostKept });
    const found = before === undefined ? all : all.filter((one) => keyOf(one) < before);
    const [first, ...rest] = found.slice(-limit - 1);
    const more = first !== undefined && rest.length === limit;
    const shown = more ? rest : found;
    const headers = linkTo(request, more && rest[0] ? keyOf(rest[0]) : null);
    return reply(200, shown, headers);
  },
});

/** Sorts like the list. */
const keyOf = ({ id, last_seen }: EventView): string =>
  `${last_seen} ${numberKey(Number(id.replace('event_', '')))}`;
