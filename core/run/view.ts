/**
 * What the API shows of a run: the summary in lists, and the detail of one with its parts and parameters. Which callers
 * may read it in full is decided in read.ts.
 */
import * as v from 'valibot';
import type { Vault } from '../access/security.ts';
import { WaitView } from '../deployment/wait/wait-view.ts';
import { RingError } from '../errors.ts';
import { isOver, type RunParameters, type RunRecord, runStates } from './run.ts';

const summary = v.object({
  /** The id of the job. */
  deployment: v.string(),
  /** The number of the run, from 1, in the order of creation. */
  number: v.number(),
  state: v.picklist(runStates),
  reason: v.nullable(v.string()),
  cause: v.picklist(['declared', 'manual', 'schedule']),
  /** The name of the user who requested it; empty for a schedule. */
  author: v.string(),
  revision: v.number(),
  completions: v.number(),
  /** 0 if the run completed, else the exit code of the part that failed; null while that is not known. */
  exit_code: v.nullable(v.number()),
  /** The instant at which its schedule was due. */
  scheduled_at: v.nullable(v.string()),
  created_at: v.string(),
  started_at: v.nullable(v.string()),
  finished_at: v.nullable(v.string()),
  /** Whether the run was asked to end early. */
  cancelled: v.boolean(),
});

const part = v.object({
  /** The index of the part, 0 to completions - 1. */
  index: v.number(),
  attempts: v.number(),
  outcome: v.nullable(v.picklist(['completed', 'failed'])),
  exit_code: v.nullable(v.number()),
  started_at: v.nullable(v.string()),
  finished_at: v.nullable(v.string()),
  reason: v.nullable(v.string()),
});

const detail = v.object({
  ...summary.entries,
  /** The command of the run; null: the revision's. */
  command: v.nullable(v.array(v.string())),
  /** Variables that this run adds to the revision's environment or overrides; `***` for callers who may not write. */
  environment: v.record(v.string(), v.string()),
  parts: v.array(part),
  /** The outcome of waiting, if the request asked to wait. */
  wait: v.optional(WaitView),
});

/** A run in a list. */
export interface RunSummary extends v.InferOutput<typeof summary> {}
/** The schema of a {@link RunSummary}, for its documentation. */
export const RunSummary: v.GenericSchema<RunSummary> = summary;

/** One run in full. */
export interface RunView extends v.InferOutput<typeof detail> {}
/** The schema of a {@link RunView}, for its documentation. */
export const RunView: v.GenericSchema<RunView> = detail;

/** Converts a run to what lists show; `deployment` is the id of its job. */
export const runSummary = (run: RunRecord, deployment: string): RunSummary => ({
  deployment,
  number: run.number,
  state: run.result.state,
  reason: run.result.reason ?? (isOver(run) ? null : run.cancelReason),
  cause: run.cause,
  author: run.author,
  revision: run.revision,
  completions: run.completions,
  exit_code: exitCodeOf(run),
  scheduled_at: run.scheduledAt,
  created_at: run.createdAt,
  started_at: run.result.startedAt,
  finished_at: run.result.finishedAt,
  cancelled: run.cancelReason !== null,
});

/** Converts a run to its detail; `isMasked` hides the values of its environment. */
export function runView(
  run: RunRecord,
  {
    deployment,
    isMasked,
    vault,
  }: { readonly deployment: string; readonly isMasked: boolean; readonly vault: Vault },
): RunView {
  const parameters = readableParameters(run, vault);
  const environment = Object.entries(parameters?.environment ?? {});
  return {
    ...runSummary(run, deployment),
    command: parameters?.command ? [...parameters.command] : null,
    environment: Object.fromEntries(environment.map(([name, value]) => [name, isMasked ? '***' : value])),
    parts: run.result.parts.map((one) => ({
      index: one.index,
      attempts: one.attempts,
      outcome: one.outcome,
      exit_code: one.exitCode,
      started_at: one.startedAt,
      finished_at: one.finishedAt,
      reason: one.reason,
    })),
  };
}

function exitCodeOf({ result: { state, parts } }: RunRecord): number | null {
  if (state === 'completed') return 0;
  return parts.find(({ outcome }) => outcome === 'failed')?.exitCode ?? null;
}

/** Opens the sealed parameters of a run; null if it has none. INTERNAL if they were sealed with another key. */
export function openParameters(
  { sealed, uid }: Pick<RunRecord, 'sealed' | 'uid'>,
  vault: Vault,
): RunParameters | null {
  if (sealed === null) return null;
  const parameters: unknown = JSON.parse(vault.open(sealed, uid));
  if (isParameters(parameters)) return parameters;
  throw new RingError('INTERNAL', 'What a stored run was given cannot be read');
}

/**
 * Opens the parameters like {@link openParameters}, but returns null if the key is lost: the run can be shown without
 * them.
 */
function readableParameters(run: RunRecord, vault: Vault): RunParameters | null {
  try {
    return openParameters(run, vault);
  } catch (error) {
    if (error instanceof RingError) return null;
    throw error;
  }
}

const isParameters = (value: unknown): value is RunParameters =>
  typeof value === 'object' && value !== null && 'environment' in value && 'command' in value;
