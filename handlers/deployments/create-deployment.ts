/** POST /deployments: creates a deployment. */
import { type CommandPorts, createDeployment as create } from '../../core/deployment/commands/create.ts';
import { DeploymentDraft } from '../../core/deployment/spec/draft.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { tags } from '../tags.ts';
import { awaiting, type WaitReplyPorts, writeWaitQuery } from '../wait-reply.ts';

/** Creates a deployment and wakes the reconciler. DEPLOYMENT_EXISTS, POLICY_VIOLATION. */
export const createDeployment = endpoint({
  method: 'POST',
  path: '/deployments',
  scope: 'write',
  summary: 'Create a deployment',
  query: writeWaitQuery,
  body: DeploymentDraft,
  replies: { 201: Deployment },
  tag: tags.ofDeployment,
  handle: ({ query, request, body, caller }, ports: CommandPorts & WaitReplyPorts) =>
    awaiting({ query, request, caller }, ports, async (see) => {
      const deployment = await see(await create(body, caller, ports));
      return reply(201, deployment, { location: `/deployments/${deployment.id}` });
    }),
});
