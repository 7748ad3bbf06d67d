/** POST /deployments/:id/rollback: rolls back to an older revision under a new number. */
import * as v from 'valibot';
import type { CommandPorts } from '../../core/deployment/commands/create.ts';
import { rollBack } from '../../core/deployment/commands/rollback.ts';
import { Deployment } from '../../core/deployment/view.ts';
import { endpoint, reply } from '../endpoint.ts';
import { idParams } from '../params.ts';
import { tags } from '../tags.ts';
import { awaiting, type WaitReplyPorts, writeWaitQuery } from '../wait-reply.ts';

const rollback = v.strictObject({
  revision: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

/** The revision to roll back to; the previous one by default. */
export interface Rollback extends v.InferInput<typeof rollback> {}
/** Validates a {@link Rollback}. */
export const Rollback: v.GenericSchema<Rollback> = rollback;

/** Rolls back to a revision, or to the previous one. REVISION_NOT_FOUND, NOTHING_TO_ROLL_BACK_TO, POLICY_VIOLATION. */
export const rollBackDeployment = endpoint({
  method: 'POST',
  path: '/deployments/:id/rollback',
  scope: 'write',
  summary: 'Roll back to the previous or to a given revision',
  params: idParams,
  query: writeWaitQuery,
  body: v.optional(Rollback),
  replies: { 200: Deployment },
  tag: tags.ofDeployment,
  handle: ({ params, query, request, body, caller }, ports: CommandPorts & WaitReplyPorts) =>
    awaiting({ query, request, caller }, ports, async (see) =>
      reply(200, await see(await rollBack({ id: params.id, revision: body?.revision }, caller, ports))),
    ),
});
