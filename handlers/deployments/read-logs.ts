/** GET /deployments/:id/logs: reads or follows the output of its containers. core/log merges the lines. */
import { findDeployment } from '../../core/deployment/read.ts';
import { endpoint } from '../endpoint.ts';
import { type LogPorts, logQuery, logReplies, replyWithLogs } from '../log-reply.ts';
import { idParams } from '../params.ts';

/**
 * Reads the newest lines, or those of the previous run, or follows them as server-sent events. DEPLOYMENT_NOT_FOUND,
 * INSTANCE_NOT_FOUND, TOO_MANY_STREAMS; INVALID_REQUEST for previous and follow together.
 */
export const readLogs = endpoint({
  method: 'GET',
  path: '/deployments/:id/logs',
  scope: 'read',
  summary: 'Read or follow the logs of a deployment',
  params: idParams,
  query: logQuery,
  replies: logReplies,
  async handle({ request, params, query }, ports: LogPorts) {
    const { id, uid } = await findDeployment(params.id, ports.deployments);
    return replyWithLogs({ of: { uid, deploymentId: id }, query, request }, ports);
  },
});
