/** GET /deployments/:id/events: what happened to a deployment. */
import * as v from 'valibot';
import { findDeployment } from '../../core/deployment/read.ts';
import { EventView, levels } from '../../core/event/event.ts';
import type { Deployments, Events } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { integer } from '../query.ts';

/** Lists the newest events of a deployment, the newest last. DEPLOYMENT_NOT_FOUND. */
export const listEvents = endpoint({
  method: 'GET',
  path: '/deployments/:id/events',
  scope: 'read',
  summary: 'List the events of a deployment',
  params: idParams,
  query: v.object({
    level: v.optional(v.picklist(levels)),
    limit: integer({ min: 1, max: 1000, otherwise: 50 }),
  }),
  replies: { 200: v.array(EventView) },
  async handle({ params, query }, { deployments, events }: { deployments: Deployments; events: Events }) {
    const { uid } = await findDeployment(params.id, deployments);
    return reply(200, await events.list(uid, query));
  },
});
