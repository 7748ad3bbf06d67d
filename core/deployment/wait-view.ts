/** What can be waited for, and how the API shows what came of it. What leads to each is decided in has-come.ts. */
import * as v from 'valibot';

/**
 * What can be waited for. `running`: the declared revision serves in every replica and its rollout is complete; a job:
 * its newest run has completed. `completed`: the same, whatever became of a worker since its rollout was complete.
 * `healthy`: `running`, and nothing is wrong. `deleted`: nothing of it is left. `settled`: what is declared has come, or
 * failed for good; a job with a schedule is settled when it is declared, and what is deleted when it is gone.
 */
export const untils = ['running', 'completed', 'healthy', 'deleted', 'settled'] as const;
/** One of {@link untils}. */
export type Until = (typeof untils)[number];

const wait = v.object({
  until: v.picklist(untils),
  outcome: v.picklist(['reached', 'failed', 'timeout']),
  /** Why it failed, or what it still waits for; null where it was reached. */
  reason: v.nullable(v.string()),
});

/** What came of waiting, as the API shows it. */
export interface WaitView extends v.InferOutput<typeof wait> {}
/** Documents a {@link WaitView}. */
export const WaitView: v.GenericSchema<WaitView> = wait;
