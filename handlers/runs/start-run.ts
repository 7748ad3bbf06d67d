/** POST /deployments/:id/runs: runs a job now. */
import * as v from 'valibot';
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { RunDraft, startRun as start } from '../../core/run/start.ts';
import { RunView } from '../../core/run/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { awaitingRun, type WaitReplyPorts, writeWaitQuery } from '../wait-reply.ts';

/** Stores a run and wakes the reconciler. DEPLOYMENT_NOT_FOUND, RUN_UNDER_WAY; INVALID_REQUEST for a worker. */
export const startRun = endpoint({
  method: 'POST',
  path: '/deployments/:id/runs',
  scope: 'write',
  summary: 'Run a job now',
  params: idParams,
  query: writeWaitQuery,
  body: v.optional(RunDraft, {}),
  replies: { 201: RunView },
  async handle({ params, query, request, body, caller }, ports: CommandPorts & WaitReplyPorts) {
    const run = await awaitingRun({ query, request, caller }, ports, () =>
      start({ id: params.id, draft: body }, caller, ports),
    );
    return reply(201, run, { location: `/deployments/${run.deployment}/runs/${run.number}` });
  },
});
