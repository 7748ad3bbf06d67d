/** GET /deployments/:id/revisions: the history of a deployment. */
import * as v from 'valibot';
import { listRevisions as list, RevisionView } from '../../core/deployment/revisions.ts';
import type { Deployments } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';

/** Lists the revisions that are kept, the newest first. DEPLOYMENT_NOT_FOUND. */
export const listRevisions = endpoint({
  method: 'GET',
  path: '/deployments/:id/revisions',
  scope: 'read',
  summary: 'List the revisions of a deployment',
  params: idParams,
  replies: { 200: v.array(RevisionView) },
  handle: async ({ params, caller }, { deployments }: { deployments: Deployments }) =>
    reply(200, await list(params.id, caller, deployments)),
});
