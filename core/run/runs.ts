/**
 * The port to the stored runs. Requests about a run are written here, each field on its own; results are written by the
 * recorder, as a {@link RunsChange}.
 */
import type { RunRecord, RunResult } from './run.ts';

/** The stored runs of jobs. */
export interface Runs {
  find(uid: string, number: number): Promise<RunRecord | null>;
  /** The newest `limit` runs, newest first; with `before`, only those below that number. */
  list(uid: string, limit: number, before?: number): Promise<readonly RunRecord[]>;
  /** Stores a run under the next number, which no run of the deployment had before. DEPLOYMENT_NOT_FOUND. */
  insert(run: Omit<RunRecord, 'number'>): Promise<RunRecord>;
  /**
   * Asks runs to end, either those with these numbers or (null) all of them, and returns the numbers of those it asked:
   * runs that are over, or were already asked, are left unchanged.
   */
  cancel(uid: string, numbers: readonly number[] | null, reason: string): Promise<readonly number[]>;
  /** Moves the pending runs of revision `from` to revision `to`; all other runs keep theirs. */
  movePending(uid: string, revisions: { readonly from: number; readonly to: number }): Promise<void>;
}

/** What a tick found out about a deployment's runs. */
export interface RunsChange {
  readonly results: readonly { readonly number: number; readonly result: RunResult }[];
  /**
   * Runs begun by a schedule. A run whose number or instant is already taken by another is not stored: the next tick
   * finds out why.
   */
  readonly added: readonly RunRecord[];
  /** Runs asked to end in favour of the added ones; those that are over, or were already asked, are left unchanged. */
  readonly cancelled: readonly { readonly number: number; readonly reason: string }[];
  /** Runs whose records are removed; those that are not over are left. */
  readonly dropped: readonly number[];
}
