/** What the API shows of a run: the summary of lists and the detail of one, with its parts and what it was given. */
import * as v from 'valibot';
import type { Vault } from '../access/security.ts';
import { WaitView } from '../deployment/wait/wait-view.ts';
import { RingError } from '../errors.ts';
import { isOver, type RunParameters, type RunRecord, runStates } from './run.ts';

const summary = v.object({
  /** Id of the job. */
  deployment: v.string(),
  /** From 1, in the order they were asked for. */
  number: v.number(),
  state: v.picklist(runStates),
  reason: v.nullable(v.string()),
  cause: v.picklist(['declared', 'manual', 'schedule']),
  /** Who asked for it; empty for a schedule. */
  author: v.string(),
  revision: v.number(),
  completions: v.number(),
  /** 0 when it completed, else the exit code of the part that failed; null while that is not known. */
  exit_code: v.nullable(v.number()),
  /** The instant that its schedule meant. */
  scheduled_at: v.nullable(v.string()),
  created_at: v.string(),
  started_at: v.nullable(v.string()),
  finished_at: v.nullable(v.string()),
  /** Whether it was asked to end before its time. */
  cancelled: v.boolean(),
});

const part = v.object({
  /** 0 to completions - 1. */
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
  /** null: the revision's. */
  command: v.nullable(v.array(v.string())),
  /** What this run has beside the revision's environment, or in its place; `***` for callers who may not write. */
  environment: v.record(v.string(), v.string()),
  parts: v.array(part),
  /** Where it was waited for: what came of that. */
  wait: v.optional(WaitView),
});

/** A run in a list. */
export interface RunSummary extends v.InferOutput<typeof summary> {}
/** Documents a {@link RunSummary}. */
export const RunSummary: v.GenericSchema<RunSummary> = summary;

/** One run in full. */
export interface RunView extends v.InferOutput<typeof detail> {}
/** Documents a {@link RunView}. */
export const RunView: v.GenericSchema<RunView> = detail;

/** A run as lists show it; `deployment` is the id of its job. */
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

/** A run in full; `isMasked`: the values of its environment are not for this caller. */
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

/** What a run was given; null where it was given nothing. INTERNAL when it was sealed with another key. */
export function openParameters(
  { sealed, uid }: Pick<RunRecord, 'sealed' | 'uid'>,
  vault: Vault,
): RunParameters | null {
  if (sealed === null) return null;
  const parameters: unknown = JSON.parse(vault.open(sealed, uid));
  if (isParameters(parameters)) return parameters;
  throw new RingError('INTERNAL', 'What a stored run was given cannot be read');
}

/** The same, or null where the key is lost: what came of a run can be told without it. */
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
