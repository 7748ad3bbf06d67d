/** GET /deployments/:id/revisions: lists the kept revisions of a deployment. */
import * as v from 'valibot';
import { listRevisions as list, RevisionView } from '../../core/deployment/revisions.ts';
import type { Deployments } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { fallingKey, paged, pageQuery } from '../page.ts';
import { idParams } from '../params.ts';

/** Lists the kept revisions, the newest first. DEPLOYMENT_NOT_FOUND. */
export const listRevisions = endpoint({
  method: 'GET',
  path: '/deployments/:id/revisions',
  scope: 'read',
  summary: 'List the revisions of a deployment',
  params: idParams,
  query: v.object(pageQuery),
  replies: { 200: v.array(RevisionView) },
  async handle({ params, caller, query, request }, { deployments }: { deployments: Deployments }) {
    const revisions = await list(params.id, caller, deployments);
    const { items, headers } = paged(revisions, ({ number }) => fallingKey(number), {
      request,
      query,
    });
    return reply(200, items, headers);
  },
});
