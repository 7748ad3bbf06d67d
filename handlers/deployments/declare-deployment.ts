/** PUT /deployments/:id: creates the deployment, or changes an existing one. */
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { declareDeployment as declare } from '../../core/deployment/commands/declare.ts';
import { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';
import { awaiting, type WaitReplyPorts, writeWaitQuery } from '../wait-reply.ts';

/** Creates (201) or changes (200) a deployment. INVALID_REQUEST, POLICY_VIOLATION, DEPLOYMENT_BEING_DELETED. */
export const declareDeployment = endpoint({
  method: 'PUT',
  path: '/deployments/:id',
  scope: 'write',
  summary: 'Create a deployment or change it',
  params: idParams,
  query: writeWaitQuery,
  body: DeploymentDeclaration,
  replies: { 200: Deployment, 201: Deployment },
  tag: tags.ofDeployment,
  handle: ({ params, query, request, body, caller }, ports: CommandPorts & WaitReplyPorts) =>
    awaiting({ query, request, caller }, ports, async (see) => {
      const declared = await declare({ id: params.id, declaration: body }, caller, ports);
      const deployment = await see(declared.deployment);
      return declared.created
        ? reply(201, deployment, { location: `/deployments/${deployment.id}` })
        : reply(200, deployment);
    }),
});
