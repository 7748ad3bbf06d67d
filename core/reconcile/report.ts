/** The report of one tick, for people and for cron. What is counted is decided in reconciler.ts. */
import * as v from 'valibot';

const report = v.object({
  /** converged: nothing is left to do; converging: more is to come; unknown: the engine could not be observed. */
  state: v.picklist(['converged', 'converging', 'unknown']),
  deployments: v.number(),
  actions: v.number(),
  failures: v.number(),
  unknown: v.number(),
  /** The number of containers that carry this installation's id and belong to nothing known; they are never touched. */
  unclaimed: v.number(),
  duration_ms: v.number(),
});

/** The counts of one tick. */
export interface TickReport extends v.InferOutput<typeof report> {}
/** The schema of a {@link TickReport}, for its documentation. */
export const TickReport: v.GenericSchema<TickReport> = report;
