/**
 * A run: one execution of a job, in as many parts as the job has replicas. What was asked for is written once by
 * whoever asked; the result by the recorder alone. Which slots are whose is decided here.
 */

/** Of so many slots each run has its own: none of a deployment's life is used twice. */
const slotsPerRun = 1000;

/** What a run was begun by: what was declared, a person, or its schedule. */
export type RunCause = 'declared' | 'manual' | 'schedule';

/** How a run stands. The last three are for ever. */
export const runStates = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
/** One of {@link runStates}. */
export type RunState = (typeof runStates)[number];

/** How one part of a run went. Times are RFC 3339. */
export interface RunPart {
  /** 0 to completions - 1. */
  readonly index: number;
  /** Tries begun so far. */
  readonly attempts: number;
  readonly outcome: 'completed' | 'failed' | null;
  /** Of the last try that ended. */
  readonly exitCode: number | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly reason: string | null;
}

/** What came of a run. Times are RFC 3339. */
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
  /** From 1, in the order they were asked for. */
  readonly number: number;
  /** The revision it runs, from its first part to its last. */
  readonly revision: number;
  readonly cause: RunCause;
  /** Name of the user who asked; empty for a schedule. */
  readonly author: string;
  /** The instant its schedule meant; null where none did. No instant is run twice. */
  readonly scheduledAt: string | null;
  readonly createdAt: string;
  readonly completions: number;
  /** {@link RunParameters} as sealed by the Vault with the uid as its owner; null: none. */
  readonly sealed: string | null;
  /** Why it shall end, whatever it has done so far; null: it shall not. */
  readonly cancelReason: string | null;
  readonly result: RunResult;
}

/** What a run has other than its revision. */
export interface RunParameters {
  /** null: the revision's. */
  readonly command: readonly string[] | null;
  /** Added to the revision's environment, or instead of what it says. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The result of a run that nothing is known of. */
export const unbegun: RunResult = {
  state: 'pending',
  startedAt: null,
  finishedAt: null,
  reason: null,
  parts: [],
};

/** Whether nothing more becomes of a run. */
export const isOver = ({ result: { state } }: Pick<RunRecord, 'result'>): boolean =>
  state === 'completed' || state === 'failed' || state === 'cancelled';

/** So many runs of one job may be there that are not over: more are not begun, whatever its terms say. */
export const mostOpenRuns = 100;

/** The slot of a part of a run. */
export const runSlot = (run: number, index: number): number => (run - 1) * slotsPerRun + index;

/** Which run and which part of it a job's slot is. */
export const runOfSlot = (slot: number): { readonly run: number; readonly index: number } => ({
  run: Math.floor(slot / slotsPerRun) + 1,
  index: slot % slotsPerRun,
});
