/** POST /deployments/:id/restart: replaces all containers with the same spec. */
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { restartDeployment as restart } from '../../core/deployment/commands/restart.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';
import { awaiting, type WaitReplyPorts, writeWaitQuery } from '../wait-reply.ts';

/** Rolls the declared spec out again. DEPLOYMENT_NOT_FOUND, DEPLOYMENT_BEING_DELETED, INVALID_REQUEST for a job. */
export const restartDeployment = endpoint({
  method: 'POST',
  path: '/deployments/:id/restart',
  scope: 'write',
  summary: 'Replace every replica by a new one',
  params: idParams,
  query: writeWaitQuery,
  replies: { 200: Deployment },
  tag: tags.ofDeployment,
  handle: ({ params, query, request, caller }, ports: CommandPorts & WaitReplyPorts) =>
    awaiting({ query, request, caller }, ports, async (see) =>
      reply(200, await see(await restart(params.id, caller, ports))),
    ),
});
