/**
 * How a deployment moves from one revision to the next: the wire schema of `update`, its normal form and defaults.
 * The steps that follow from it are decided in core/reconcile/rollout.ts.
 */

/** The terms of a rollout. Times in ms. */
export interface UpdatePolicy {
  /** null: start first, unless something that only one instance can hold forces it to stop first. */
  readonly order: 'start-first' | 'stop-first' | null;
  /** How many replicas are replaced at once; null: a quarter of them, at least one; one where the old stops first. */
  readonly parallelism: number | null;
  /** How many instances there may be beyond the replicas while the new start beside the old; null: as many as parallelism. */
  readonly maxSurge: number | null;
  /** How long a new instance must be up and ready before it takes over. */
  readonly minHealthyMs: number;
  /** How long an old instance goes on serving what reached it before, once nothing new is sent to it. */
  readonly drainDelayMs: number;
  /** How long a rollout may go without a replica taking over before it has failed. */
  readonly deadlineMs: number;
  readonly onFailure: 'rollback' | 'pause';
}

/** What holds where nothing is declared. */
export const defaultUpdate: UpdatePolicy = {
  order: null,
  parallelism: null,
  maxSurge: null,
  minHealthyMs: 5_000,
  drainDelayMs: 2_000,
  deadlineMs: 600_000,
  onFailure: 'rollback',
};
