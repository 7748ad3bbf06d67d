/** GET /deployments/:id/runs: the runs of a job that are kept. */
import * as v from 'valibot';
import { listRuns as list, type RunReadPorts } from '../../core/run/read.ts';
import { RunSummary } from '../../core/run/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { integer } from '../query.ts';

/** Lists the newest runs, newest first. DEPLOYMENT_NOT_FOUND. */
export const listRuns = endpoint({
  method: 'GET',
  path: '/deployments/:id/runs',
  scope: 'read',
  summary: 'List the runs of a job',
  params: idParams,
  query: v.object({ limit: integer({ min: 1, max: 1000, otherwise: 50 }) }),
  replies: { 200: v.array(RunSummary) },
  handle: async ({ params, query }, ports: Pick<RunReadPorts, 'deployments' | 'runs'>) =>
    reply(200, await list({ ...params, ...query }, ports)),
});
