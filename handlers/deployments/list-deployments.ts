/** GET /deployments: lists summaries, as stored. */
import * as v from 'valibot';
import { Status } from '../../core/deployment/status.ts';
import { DeploymentSummary } from '../../core/deployment/view.ts';
import { dnsLabel } from '../../core/name.ts';
import type { Cache, Deployments } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { linkTo, pageOf, pageQuery } from '../page.ts';
import { list, selector } from '../query.ts';

/** Lists deployments, optionally by namespace, status and labels, in full or in pages. */
export const listDeployments = endpoint({
  method: 'GET',
  path: '/deployments',
  scope: 'read',
  summary: 'List deployments',
  query: v.object({
    'namespace[]': list(dnsLabel),
    'status[]': list(Status),
    selector: selector(),
    ...pageQuery,
  }),
  replies: { 200: v.array(DeploymentSummary) },
  async handle({ query, request }, { deployments, cache }: { deployments: Deployments; cache: Cache }) {
    const filter = {
      namespaces: [...query['namespace[]']].sort(),
      statuses: [...query['status[]']].sort(),
      selector: query.selector,
    };
    const page = pageOf(query);
    if (page) {
      const { text, next } = await deployments.partText(filter, page);
      return reply(200, text, linkTo(request, next));
    }
    const asked = filter.selector ? JSON.stringify(filter.selector) : '';
    const key = `deployments?${filter.namespaces}&${filter.statuses}&${asked}`;
    return reply(200, await cache.json(key, () => deployments.listText(filter)));
  },
});
