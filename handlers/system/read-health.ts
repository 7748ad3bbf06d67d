/** GET /healthz: the process answers. Whether it can do its work is read-readiness.ts's answer. */
import * as v from 'valibot';
import { endpoint, reply } from '../endpoint.ts';

const health = v.object({ state: v.literal('UP') });

/** That the process answers. */
export interface Health extends v.InferOutput<typeof health> {}
/** Documents a {@link Health}. */
export const Health: v.GenericSchema<Health> = health;

/** Says that the process answers, and nothing else. */
export const readHealth = endpoint({
  method: 'GET',
  path: '/healthz',
  scope: 'public',
  summary: 'Say whether the server answers',
  replies: { 200: Health },
  handle: async () => reply(200, { state: 'UP' }),
});
