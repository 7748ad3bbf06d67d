/**
 * What the API shows of health checks: their declaration, their state, and their last answers. Which of it a caller may
 * see is decided in read.ts.
 */
import * as v from 'valibot';

const terms = {
  interval: v.string(),
  timeout: v.string(),
  start_period: v.string(),
  threshold: v.number(),
  success_threshold: v.number(),
  on_failure: v.picklist(['restart', 'alert', 'none']),
  readiness: v.boolean(),
};

const http = { type: v.literal('http'), port: v.number(), path: v.string() };
const tcp = { type: v.literal('tcp'), port: v.number() };
const command = { type: v.literal('command'), command: v.array(v.string()) };

/** The schema of a health check as it is shown: all fields present, durations as text. */
export const healthCheckView = v.variant('type', [
  v.object({ ...http, headers: v.record(v.string(), v.string()), ...terms }),
  v.object({ ...tcp, ...terms }),
  v.object({ ...command, ...terms }),
]);
/** A health check as it is shown. The values of headers are `***` for callers who may not write. */
export type HealthCheckView = v.InferOutput<typeof healthCheckView>;

const result = v.object({
  at: v.string(),
  /** Whether the check succeeded; null: it could not be executed, and the answer does not count. */
  ok: v.nullable(v.boolean()),
  /** The HTTP status, of an http check that was answered. */
  status: v.nullable(v.number()),
  /** The exit code, of a command that ended. */
  exit_code: v.nullable(v.number()),
  duration_ms: v.number(),
  /** The beginning of the response or output; null for callers who may not write. */
  excerpt: v.nullable(v.string()),
  /** Why the check did not succeed; null for a success. */
  error: v.nullable(v.string()),
});

const standing = v.object({
  slot: v.number(),
  /** The container's id, followed by its name. */
  instance: v.string(),
  container: v.string(),
  check: v.variant('type', [v.object(http), v.object(tcp), v.object(command)]),
  state: v.picklist(['unknown', 'passing', 'failing']),
  /** Why the check is failing. */
  reason: v.nullable(v.string()),
  /** Consecutive answers of each kind, up to 1000. */
  consecutive_successes: v.number(),
  consecutive_failures: v.number(),
  last_checked_at: v.nullable(v.string()),
  /** When the container was last watched; null while it is. */
  ended_at: v.nullable(v.string()),
  /** The last ten answers, the newest last. */
  results: v.array(result),
});

/** One answer to a check as it is shown. */
export interface ResultView extends v.InferOutput<typeof result> {}
/** The state of one check of one instance. */
export interface HealthCheckStanding extends v.InferOutput<typeof standing> {}
/** The schema of a {@link HealthCheckStanding}, for its documentation. */
export const HealthCheckStanding: v.GenericSchema<HealthCheckStanding> = standing;
