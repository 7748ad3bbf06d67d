/** GET /deployments/:id: returns one deployment in full. */
import { readDeployment as read, seesSecrets } from '../../core/deployment/read.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { deploymentTag } from '../../core/tag.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { etagHeader, readTagged } from '../tags.ts';
import { readLater, type WaitReplyPorts, waitQuery } from '../wait-reply.ts';

/**
 * Reads a deployment, at once or when it meets the condition in the query; the values of its environment only for
 * callers who may write. DEPLOYMENT_NOT_FOUND, TOO_MANY_STREAMS.
 */
export const readDeployment = endpoint({
  method: 'GET',
  path: '/deployments/:id',
  scope: 'read',
  summary: 'Read a deployment',
  params: idParams,
  query: waitQuery,
  replies: { 200: Deployment },
  async handle({ params, query, request, caller }, ports: WaitReplyPorts) {
    const tag = async () => {
      const record = await ports.deployments.find(params.id);
      return record && deploymentTag(record);
    };
    if (query.wait !== undefined && request.method !== 'HEAD') {
      const headers = await etagHeader(ports.cache, `deployment/${params.id}`, tag);
      const wanted = { id: params.id, until: query.wait, timeoutMs: query.timeout };
      return reply(200, await readLater(wanted, { request, caller }, ports), headers);
    }
    const { text, headers } = await readTagged(
      ports.cache,
      `deployment/${seesSecrets(caller) ? 'full' : 'masked'}/${params.id}`,
      { tag, body: () => read(params.id, caller, ports) },
    );
    return reply(200, text, headers);
  },
});
