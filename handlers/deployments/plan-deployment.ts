/** POST /deployments/:id/plan: plans a declaration or, without a body, returns the reconciler's next steps. */
import * as v from 'valibot';
import { DeploymentDeclaration } from '../../core/deployment/spec/draft.ts';
import type { ManifestPorts } from '../../core/manifest/apply.ts';
import { ChangeSet } from '../../core/manifest/change.ts';
import { planDeployment as plan } from '../../core/manifest/plan-deployment.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';

/** Plans a PUT. DEPLOYMENT_NOT_FOUND when nothing is declared; else the errors of PUT. */
export const planDeployment = endpoint({
  method: 'POST',
  path: '/deployments/:id/plan',
  scope: 'write',
  summary: 'Plan what declaring a deployment would do',
  params: idParams,
  body: v.optional(DeploymentDeclaration),
  replies: { 200: ChangeSet },
  async handle({ params, body, caller }, ports: ManifestPorts) {
    return reply(200, await plan({ id: params.id, declaration: body }, caller, ports));
  },
});
