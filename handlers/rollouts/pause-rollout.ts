/** POST /deployments/:id/pause: pauses the rollout of a deployment. */
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { pauseRollout as pause } from '../../core/deployment/commands/pause.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';

/**
 * Pauses the rollout; repeating it changes nothing. DEPLOYMENT_NOT_FOUND, DEPLOYMENT_BEING_DELETED, INVALID_REQUEST for
 * a job.
 */
export const pauseRollout = endpoint({
  method: 'POST',
  path: '/deployments/:id/pause',
  scope: 'write',
  summary: 'Pause the rollout of a deployment',
  params: idParams,
  replies: { 200: Deployment },
  tag: tags.ofDeployment,
  handle: async ({ params, caller }, ports: CommandPorts) =>
    reply(200, await pause(params.id, caller, ports)),
});
