/** What one tick did, for people and for cron. */
import * as v from 'valibot';

const report = v.object({
  /** converged: nothing left to do; converging: more to come; unknown: the engine could not be seen. */
  state: v.picklist(['converged', 'converging', 'unknown']),
  deployments: v.number(),
  actions: v.number(),
  failures: v.number(),
  unknown: v.number(),
  /** Containers that carry this installation's id and belong to nothing that is known; never touched. */
  unclaimed: v.number(),
  duration_ms: v.number(),
});

/** Counts of one tick. */
export interface TickReport extends v.InferOutput<typeof report> {}
/** Documents a {@link TickReport}. */
export const TickReport: v.GenericSchema<TickReport> = report;
