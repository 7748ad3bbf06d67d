/** GET /deployments/:id/runs/:number/logs: reads or follows the output of one run's containers. */
import { findRun } from '../../core/run/read.ts';
import { endpoint } from '../endpoint.ts';
import { type LogPorts, logQuery, logReplies, replyWithLogs } from '../log-reply.ts';
import { runParams } from '../params.ts';

/**
 * Reads or follows the lines of one run, like those of a deployment; a stream ends with the run. DEPLOYMENT_NOT_FOUND,
 * RUN_NOT_FOUND, INSTANCE_NOT_FOUND, TOO_MANY_STREAMS; INVALID_REQUEST for previous and follow together.
 */
export const readRunLogs = endpoint({
  method: 'GET',
  path: '/deployments/:id/runs/:number/logs',
  scope: 'read',
  summary: 'Read or follow the logs of a run',
  params: runParams,
  query: logQuery,
  replies: logReplies,
  async handle({ request, params, query }, ports: LogPorts) {
    const { record, run } = await findRun(params, ports);
    const of = { uid: record.uid, deploymentId: record.id, run: run.number };
    return replyWithLogs({ of, query, request }, ports);
  },
});
