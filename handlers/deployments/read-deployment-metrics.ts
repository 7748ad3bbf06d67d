/** GET /deployments/:id/metrics: measures the containers of a deployment. core/usage defines the figures. */
import { readUsage, type UsagePorts } from '../../core/usage/read.ts';
import { DeploymentUsage } from '../../core/usage/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';

/** Measures CPU, memory, network and processes of all running containers. DEPLOYMENT_NOT_FOUND, ENGINE_UNAVAILABLE. */
export const readDeploymentMetrics = endpoint({
  method: 'GET',
  path: '/deployments/:id/metrics',
  scope: 'read',
  summary: 'Read what the containers of a deployment use',
  params: idParams,
  replies: { 200: DeploymentUsage },
  async handle({ params }, ports: UsagePorts) {
    return reply(200, await readUsage(params.id, ports));
  },
});
