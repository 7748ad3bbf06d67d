/**
 * A run: one execution of a job, in as many parts as the job has replicas; this file decides which slots belong to
 * which part. A request is written once, by its author; the result is written only by the recorder.
 */

/** The number of slots reserved for each run, so that no slot of a deployment is ever used twice. */
const slotsPerRun = 1000;

/** What created a run: a declaration, a user, or the schedule. */
export type RunCause = 'declared' | 'manual' | 'schedule';

/** The states of a run. The last three are final. */
export const runStates = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
/** One of {@link runStates}. */
export type RunState = (typeof runStates)[number];

/** The state of one part of a run. Times are RFC 3339. */
export interface RunPart {
  /** The index of the part, 0 to completions - 1. */
  readonly index: number;
  /** The number of tries begun so far. */
  readonly attempts: number;
  readonly outcome: 'completed' | 'failed' | null;
  /** The exit code of the last try that ended. */
  readonly exitCode: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly reason: string | null;
}

/** The outcome of a run so far. Times are RFC 3339. */
export interface RunResult {
  readonly state: RunState;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly reason: string | null;
  readonly parts: readonly RunPart[];
}

/** One run as stored. Times are RFC 3339. */
export interface RunRecord {
  readonly uid: string;
  /** The number of the run, from 1, in the order of creation. */
  readonly number: number;
  /** The revision that all its parts run, from the first to the last. */
  readonly revision: number;
  readonly cause: RunCause;
  /** The name of the user who requested it; empty for a schedule. */
  readonly author: string;
  /** The instant at which the schedule was due; null for other causes. No instant is run twice. */
  readonly scheduledAt: string | null;
  readonly createdAt: string;
  readonly completions: number;
  /** {@link RunParameters} sealed by the Vault with the uid as owner; null: none. */
  readonly sealed: string | null;
  /** Why the run is to end, whatever it has done so far; null: it is not to end early. */
  readonly cancelReason: string | null;
  readonly result: RunResult;
}

/** The settings of a run that differ from its revision. */
export interface RunParameters {
  /** The command of the run; null: the revision's. */
  readonly command: readonly string[] | null;
  /** Variables added to the revision's environment; they override those of the same name. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The result of a run about which nothing is known yet. */
export const unbegun: RunResult = {
  state: 'pending',
  startedAt: null,
  finishedAt: null,
  reason: null,
  parts: [],
};

/** Whether a run is over, so that its result is final. */
export const isOver = ({ result: { state } }: Pick<RunRecord, 'result'>): boolean =>
  state === 'completed' || state === 'failed' || state === 'cancelled';

/** The maximum number of unfinished runs of one job: no more are begun, whatever its terms say. */
export const mostOpenRuns = 100;

/** The slot of one part of a run. */
export const runSlot = (run: number, index: number): number => (run - 1) * slotsPerRun + index;

/** The run and the part that a job's slot belongs to. */
export const runOfSlot = (slot: number): { readonly run: number; readonly index: number } => ({
  run: Math.floor(slot / slotsPerRun) + 1,
  index: slot % slotsPerRun,
});
