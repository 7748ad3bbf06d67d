/** POST /deployments/:id/resume: resumes the rollout of a deployment. */
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { resumeRollout as resume } from '../../core/deployment/commands/resume.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';
import { awaiting, type WaitReplyPorts, writeWaitQuery } from '../wait-reply.ts';

/**
 * Resumes the rollout; repeating it changes nothing. DEPLOYMENT_NOT_FOUND, DEPLOYMENT_BEING_DELETED, INVALID_REQUEST
 * for a job.
 */
export const resumeRollout = endpoint({
  method: 'POST',
  path: '/deployments/:id/resume',
  scope: 'write',
  summary: 'Resume the rollout of a deployment',
  params: idParams,
  query: writeWaitQuery,
  replies: { 200: Deployment },
  tag: tags.ofDeployment,
  handle: ({ params, query, request, caller }, ports: CommandPorts & WaitReplyPorts) =>
    awaiting({ query, request, caller }, ports, async (see) =>
      reply(200, await see(await resume(params.id, caller, ports))),
    ),
});
