/** PATCH /deployments/:id: merged into what is declared (RFC 7396). */
import type { CommandPorts } from '../../core/deployment/create.ts';
import { DeploymentPatch, patchDeployment as patch } from '../../core/deployment/patch.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';

/** Changes what the body names; `{"replicas": 5}` scales. INVALID_REQUEST, DEPLOYMENT_NOT_FOUND, POLICY_VIOLATION. */
export const patchDeployment = endpoint({
  method: 'PATCH',
  path: '/deployments/:id',
  scope: 'write',
  summary: 'Change parts of a deployment',
  params: idParams,
  body: DeploymentPatch,
  replies: { 200: Deployment },
  handle: async ({ params, body, caller }, ports: CommandPorts) =>
    reply(200, await patch({ id: params.id, patch: body }, caller, ports)),
});
