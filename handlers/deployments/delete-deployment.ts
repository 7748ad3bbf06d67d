/** DELETE /deployments/:id: marks the deployment as deleted; it is gone with its last container. */
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { removeDeployment } from '../../core/deployment/commands/remove.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';
import { awaiting, deleteWaitQuery, type WaitReplyPorts } from '../wait-reply.ts';

/** Deletes a deployment and wakes the reconciler. DEPLOYMENT_NOT_FOUND. */
export const deleteDeployment = endpoint({
  method: 'DELETE',
  path: '/deployments/:id',
  scope: 'write',
  summary: 'Delete a deployment',
  params: idParams,
  query: deleteWaitQuery,
  replies: { 200: Deployment },
  tag: tags.ofDeployment,
  handle: ({ params, query, request, caller }, ports: CommandPorts & WaitReplyPorts) =>
    awaiting({ query, request, caller }, ports, async (see) =>
      reply(200, await see(await removeDeployment(params.id, caller, ports))),
    ),
});
