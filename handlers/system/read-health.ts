/** GET /healthz: reports that the process answers. read-readiness.ts reports whether it can work. */
import * as v from 'valibot';
import { endpoint, reply } from '../endpoint.ts';

const health = v.object({ state: v.literal('UP') });

/** The state of the process. */
export interface Health extends v.InferOutput<typeof health> {}
/** Documents a {@link Health}. */
export const Health: v.GenericSchema<Health> = health;

/** Reports that the process answers, and nothing else. */
export const readHealth = endpoint({
  method: 'GET',
  path: '/healthz',
  scope: 'public',
  summary: 'Report whether the server answers',
  replies: { 200: Health },
  handle: async () => reply(200, { state: 'UP' }),
});
