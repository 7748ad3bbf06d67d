/** GET /deployments: summaries, as the store keeps them. */
import * as v from 'valibot';
import { Status } from '../../core/deployment/status.ts';
import { DeploymentSummary } from '../../core/deployment/view.ts';
import { dnsLabel } from '../../core/name.ts';
import type { Cache, Deployments } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { list } from '../query.ts';

/** Lists deployments, or those of some namespaces and statuses. */
export const listDeployments = endpoint({
  method: 'GET',
  path: '/deployments',
  scope: 'read',
  summary: 'List deployments',
  query: v.object({ 'namespace[]': list(dnsLabel), 'status[]': list(Status) }),
  replies: { 200: v.array(DeploymentSummary) },
  async handle({ query }, { deployments, cache }: { deployments: Deployments; cache: Cache }) {
    const filter = { namespaces: [...query['namespace[]']].sort(), statuses: [...query['status[]']].sort() };
    const key = `deployments?${filter.namespaces}&${filter.statuses}`;
    return reply(200, await cache.json(key, () => deployments.listText(filter)));
  },
});
