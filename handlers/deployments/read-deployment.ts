/** GET /deployments/:id: one deployment in full. */
import { type ReadPorts, readDeployment as read, seesSecrets } from '../../core/deployment/read.ts';
import { Deployment } from '../../core/deployment/view.ts';
import type { Cache } from '../../core/ports.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';

/** Reads a deployment; the values of its environment only for callers who may write. DEPLOYMENT_NOT_FOUND. */
export const readDeployment = endpoint({
  method: 'GET',
  path: '/deployments/:id',
  scope: 'read',
  summary: 'Read a deployment',
  params: idParams,
  replies: { 200: Deployment },
  async handle({ params, caller }, ports: ReadPorts & { readonly cache: Cache }) {
    const key = `deployment/${seesSecrets(caller) ? 'full' : 'masked'}/${params.id}`;
    return reply(200, await ports.cache.json(key, () => read(params.id, caller, ports)));
  },
});
