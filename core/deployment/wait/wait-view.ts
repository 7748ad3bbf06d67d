/** The conditions that can be waited for, and the API's form of the result. evaluate-wait.ts decides the result. */
import * as v from 'valibot';

/**
 * The conditions. `running`: the declared revision serves in every replica and its rollout is complete; for a job: its
 * newest run has completed. `completed`: the same, ignoring what happened to a worker since its rollout completed.
 * `healthy`: `running`, and nothing is wrong. `deleted`: nothing of it is left. `settled`: the declaration is reached,
 * or failed for good; a job with a schedule is settled when it is declared, and a deleted deployment when it is gone.
 */
export const untils = ['running', 'completed', 'healthy', 'deleted', 'settled'] as const;
/** One of {@link untils}. */
export type Until = (typeof untils)[number];

const wait = v.object({
  until: v.picklist(untils),
  outcome: v.picklist(['reached', 'failed', 'timeout']),
  /** Why it failed, or what it still waits for; null when it was reached. */
  reason: v.nullable(v.string()),
});

/** The result of waiting, as the API shows it. */
export interface WaitView extends v.InferOutput<typeof wait> {}
/** Documents a {@link WaitView}. */
export const WaitView: v.GenericSchema<WaitView> = wait;
