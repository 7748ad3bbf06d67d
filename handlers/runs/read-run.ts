/** GET /deployments/:id/runs/:number: returns one run in full. */
import { type RunReadPorts, readRun as read } from '../../core/run/read.ts';
import { RunView } from '../../core/run/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { runParams } from '../params.ts';

/** Reads a run; the values of its environment only for callers who may write. DEPLOYMENT_NOT_FOUND, RUN_NOT_FOUND. */
export const readRun = endpoint({
  method: 'GET',
  path: '/deployments/:id/runs/:number',
  scope: 'read',
  summary: 'Read a run of a job',
  params: runParams,
  replies: { 200: RunView },
  handle: async ({ params, caller }, ports: RunReadPorts) => reply(200, await read(params, caller, ports)),
});
