/** GET /deployments/:id/runs: lists the kept runs of a job. */
import * as v from 'valibot';
import { listRuns as list, type RunReadPorts } from '../../core/run/read.ts';
import { RunSummary } from '../../core/run/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { cursor, linkTo, numberKey, numberOf } from '../page.ts';
import { idParams } from '../params.ts';
import { integer } from '../query.ts';

/** Lists the newest runs, newest first. DEPLOYMENT_NOT_FOUND. */
export const listRuns = endpoint({
  method: 'GET',
  path: '/deployments/:id/runs',
  scope: 'read',
  summary: 'List the runs of a job',
  params: idParams,
  query: v.object({ limit: integer({ min: 1, max: 1000, otherwise: 50 }), cursor }),
  replies: { 200: v.array(RunSummary) },
  async handle({ params, query, request }, ports: Pick<RunReadPorts, 'deployments' | 'runs'>) {
    const before = query.cursor === undefined ? undefined : numberOf(query.cursor);
    const { runs, hasOlder } = await list({ id: params.id, limit: query.limit, before }, ports);
    const last = hasOlder ? runs.at(-1) : undefined;
    return reply(200, runs, linkTo(request, last ? numberKey(last.number) : null));
  },
});
