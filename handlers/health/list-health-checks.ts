/** GET /deployments/:id/health-checks: how each check of each instance stands, and what was answered last. */
import * as v from 'valibot';
import { type HealthReadPorts, readHealthChecks } from '../../core/health/read.ts';
import { HealthCheckStanding } from '../../core/health/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';

/** Lists health checks with their last results; excerpts only for callers who may write. DEPLOYMENT_NOT_FOUND. */
export const listHealthChecks = endpoint({
  method: 'GET',
  path: '/deployments/:id/health-checks',
  scope: 'read',
  summary: 'List the health checks of a deployment and their last results',
  params: idParams,
  replies: { 200: v.array(HealthCheckStanding) },
  async handle({ params, caller }, ports: HealthReadPorts) {
    return reply(200, await readHealthChecks(params.id, caller, ports));
  },
});
