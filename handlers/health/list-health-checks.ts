/** GET /deployments/:id/health-checks: lists the state and last results of each check of each instance. */
import * as v from 'valibot';
import { type HealthReadPorts, readHealthChecks } from '../../core/health/read.ts';
import { HealthCheckStanding } from '../../core/health/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { numberKey, paged, pageQuery } from '../page.ts';
import { idParams } from '../params.ts';

/** Lists health checks with their last results; excerpts only for callers who may write. DEPLOYMENT_NOT_FOUND. */
export const listHealthChecks = endpoint({
  method: 'GET',
  path: '/deployments/:id/health-checks',
  scope: 'read',
  summary: 'List the health checks of a deployment and their last results',
  params: idParams,
  query: v.object(pageQuery),
  replies: { 200: v.array(HealthCheckStanding) },
  async handle({ params, caller, query, request }, ports: HealthReadPorts) {
    const checks = await readHealthChecks(params.id, caller, ports);
    const { items, headers } = paged(withKeys(checks), ({ key }) => key, { request, query });
    return reply(
      200,
      items.map(({ standing }) => standing),
      headers,
    );
  },
});

/** Adds the sort key: by slot, ended instances before running ones, and the checks of an instance in their order. */
const withKeys = (checks: readonly HealthCheckStanding[]) =>
  checks.map((standing, index) => {
    const { slot, ended_at: endedAt, instance } = standing;
    const nth = index - checks.findIndex((one) => one.slot === slot && one.instance === instance);
    const key = [numberKey(slot), endedAt ?? '~', instance, numberKey(nth)].join('/');
    return { standing, key };
  });
