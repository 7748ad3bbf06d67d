/** POST /deployments/:id/runs/:number/cancel: cancels a run. */
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { cancelRun as cancel } from '../../core/run/cancel.ts';
import { RunView } from '../../core/run/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { runParams } from '../params.ts';

/** Requests the end of a run; a finished one stays as it is. DEPLOYMENT_NOT_FOUND, RUN_NOT_FOUND. */
export const cancelRun = endpoint({
  method: 'POST',
  path: '/deployments/:id/runs/:number/cancel',
  scope: 'write',
  summary: 'Cancel a run of a job',
  params: runParams,
  replies: { 200: RunView },
  handle: async ({ params, caller }, ports: CommandPorts) => reply(200, await cancel(params, caller, ports)),
});
