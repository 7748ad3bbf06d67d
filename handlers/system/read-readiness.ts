/** GET /readyz: reports whether database and engine answer, naming the one that does not. */
import * as v from 'valibot';
import { RingError } from '../../core/errors.ts';
import type { DatabaseHealth } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { endpoint, reply } from '../endpoint.ts';
import { locate } from '../path.ts';
import { problemBody, problemEntries, problemHeaders } from '../problems.ts';

const side = v.picklist(['UP', 'DOWN']);
const readiness = v.object({ state: side, database: side, engine: side });

/** The state of each dependency; `state` is `UP` only when both are. */
export interface Readiness extends v.InferOutput<typeof readiness> {}
/** Documents a {@link Readiness}. */
export const Readiness: v.GenericSchema<Readiness> = readiness;

const unready = v.object({ ...readiness.entries, ...problemEntries });

/** The state of each dependency, as a problem. */
export interface Unreadiness extends v.InferOutput<typeof unready> {}
/** Documents an {@link Unreadiness}. */
export const Unreadiness: v.GenericSchema<Unreadiness> = unready;

const stateOf = (ping: Promise<void>) =>
  ping.then(
    () => 'UP' as const,
    () => 'DOWN' as const,
  );

/** Asks database and engine; 503 with both states when either fails. */
export const readReadiness = endpoint({
  method: 'GET',
  path: '/readyz',
  scope: 'public',
  summary: 'Report whether database and engine answer',
  replies: { 200: Readiness, 503: Unreadiness },
  async handle({ request, requestId }, ports: { database: DatabaseHealth; runtime: Pick<Runtime, 'ping'> }) {
    const [database, engine] = await Promise.all([
      stateOf(ports.database.ping()),
      stateOf(ports.runtime.ping()),
    ]);
    if (database === 'UP' && engine === 'UP') return reply(200, { state: 'UP', database, engine });
    const failing = database === 'DOWN' ? (engine === 'DOWN' ? 'database and engine' : 'database') : 'engine';
    const verb = failing.includes('and') ? 'do' : 'does';
    const code = database === 'DOWN' ? 'DATABASE_UNAVAILABLE' : 'ENGINE_UNAVAILABLE';
    const error = new RingError(code, `The ${failing} ${verb} not answer`);
    const problem = problemBody(error, { method: request.method, path: locate(request.url).path, requestId });
    return reply(503, { ...problem, state: 'DOWN', database, engine }, problemHeaders(error));
  },
});
