/** PATCH /deployments/:id: merges the body into the current declaration (RFC 7396). */
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { DeploymentPatch, patchDeployment as patch } from '../../core/deployment/commands/patch.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';
import { awaiting, type WaitReplyPorts, writeWaitQuery } from '../wait-reply.ts';

/**
 * Changes the fields in the body; `{"replicas": 5}` scales. INVALID_REQUEST, DEPLOYMENT_NOT_FOUND, POLICY_VIOLATION.
 */
export const patchDeployment = endpoint({
  method: 'PATCH',
  path: '/deployments/:id',
  scope: 'write',
  summary: 'Change parts of a deployment',
  params: idParams,
  query: writeWaitQuery,
  body: DeploymentPatch,
  replies: { 200: Deployment },
  tag: tags.ofDeployment,
  handle: ({ params, query, request, body, caller }, ports: CommandPorts & WaitReplyPorts) =>
    awaiting({ query, request, caller }, ports, async (see) =>
      reply(200, await see(await patch({ id: params.id, patch: body }, caller, ports))),
    ),
});
