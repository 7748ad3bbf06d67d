/**
 * The port to the runs that are kept. What is asked of a run is written here, each field on its own; what came of it
 * is written by the recorder, as a {@link RunsChange}.
 */
import type { RunRecord, RunResult } from './run.ts';

/** Runs of jobs. */
export interface Runs {
  find(uid: string, number: number): Promise<RunRecord | null>;
  /** The newest so many, newest first; of those before a number where that is given. */
  list(uid: string, limit: number, before?: number): Promise<readonly RunRecord[]>;
  /** Stores a run under the next number, which no run of the deployment had before. DEPLOYMENT_NOT_FOUND. */
  insert(run: Omit<RunRecord, 'number'>): Promise<RunRecord>;
  /**
   * Asks that runs end, those of these numbers or (null) all of them, and says which it asked: those that are over, or
   * were asked before, are left as they are.
   */
  cancel(uid: string, numbers: readonly number[] | null, reason: string): Promise<readonly number[]>;
  /** Gives another revision to the runs of one revision that are pending; all others keep theirs. */
  movePending(uid: string, revisions: { readonly from: number; readonly to: number }): Promise<void>;
}

/** What a tick found out about a deployment's runs. */
export interface RunsChange {
  readonly results: readonly { readonly number: number; readonly result: RunResult }[];
  /** Runs begun by a schedule. One whose number or instant another run has is not stored: the next tick sees why. */
  readonly added: readonly RunRecord[];
  /** Asked to end in their favour; those that are over, or were asked before, are left. */
  readonly cancelled: readonly { readonly number: number; readonly reason: string }[];
  /** Forgotten. Those that are not over are left. */
  readonly dropped: readonly number[];
}
