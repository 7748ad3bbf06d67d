/** What the API shows of health checks: what was declared, how each stands, and what was answered last. */
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

/** Documents a health check as it is shown: nothing left out, durations as text. */
export const healthCheckView = v.variant('type', [
  v.object({ ...http, headers: v.record(v.string(), v.string()), ...terms }),
  v.object({ ...tcp, ...terms }),
  v.object({ ...command, ...terms }),
]);
/** A health check as it is shown. Values of headers are `***` for callers who may not write. */
export type HealthCheckView = v.InferOutput<typeof healthCheckView>;

const result = v.object({
  at: v.string(),
  /** null: nobody could ask, so it counts for nothing. */
  ok: v.nullable(v.boolean()),
  /** Of an http check that was answered. */
  status: v.nullable(v.number()),
  /** Of a command that ended. */
  exit_code: v.nullable(v.number()),
  duration_ms: v.number(),
  /** The beginning of what was answered or written; null for callers who may not write. */
  excerpt: v.nullable(v.string()),
  /** Why it is no success. */
  error: v.nullable(v.string()),
});

const standing = v.object({
  slot: v.number(),
  /** The container's id and its name. */
  instance: v.string(),
  container: v.string(),
  check: v.variant('type', [v.object(http), v.object(tcp), v.object(command)]),
  state: v.picklist(['unknown', 'passing', 'failing']),
  /** Why it is failing. */
  reason: v.nullable(v.string()),
  /** In a row, up to 1000. */
  consecutive_successes: v.number(),
  consecutive_failures: v.number(),
  last_checked_at: v.nullable(v.string()),
  /** When the container was last watched; null while it is. */
  ended_at: v.nullable(v.string()),
  /** The last ten, the newest last. */
  results: v.array(result),
});

/** One answer to a check as it is shown. */
export interface ResultView extends v.InferOutput<typeof result> {}
/** How one check of one instance stands. */
export interface HealthCheckStanding extends v.InferOutput<typeof standing> {}
/** Documents a {@link HealthCheckStanding}. */
export const HealthCheckStanding: v.GenericSchema<HealthCheckStanding> = standing;
