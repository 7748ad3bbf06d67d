/** GET /usage: measures the containers of many deployments. core/usage defines the figures. */
import * as v from 'valibot';
import { dnsLabel } from '../../core/name.ts';
import { readUsages, type UsagePorts } from '../../core/usage/read.ts';
import { DeploymentUsage } from '../../core/usage/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { list } from '../query.ts';

/**
 * Measures all deployments with a running container, or those in the query, at once. DEPLOYMENT_NOT_FOUND for an
 * unknown id in the query, ENGINE_UNAVAILABLE.
 */
export const listUsage = endpoint({
  method: 'GET',
  path: '/usage',
  scope: 'read',
  summary: 'List what the containers of deployments use',
  query: v.object({
    'namespace[]': list(dnsLabel),
    'deployment[]': list(idParams.entries.id),
  }),
  replies: { 200: v.array(DeploymentUsage) },
  async handle({ query }, ports: UsagePorts) {
    const filter = { deployments: query['deployment[]'], namespaces: query['namespace[]'] };
    return reply(200, [...(await readUsages(filter, ports))]);
  },
});
