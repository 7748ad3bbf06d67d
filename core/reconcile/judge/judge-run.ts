/**
 * Decides what the observation of a run means: its overall state, and the events that report a change. Pure; the parts
 * are judged in judge-part.ts.
 */
import type { NewEvent } from '../../event/event.ts';
import { isOver, type RunRecord, type RunResult } from '../../run/run.ts';
import { deadlineOf, type RunTurn } from '../run-parts.ts';
import { judgePart, type PartVerdict } from './judge-part.ts';

/** The state of one run. */
export interface RunVerdict {
  readonly turn: RunTurn;
  /** The record of the run, with the result as of this tick. */
  readonly run: RunRecord;
  readonly parts: readonly PartVerdict[];
  readonly events: readonly NewEvent[];
  /** When the run's timeout ends, ms since 1970. */
  readonly dueAt: number | null;
}

/** Judges a run that is not over. */
export function judgeRun(turn: RunTurn): RunVerdict {
  const parts = Array.from({ length: turn.run.completions }, (_, index) => judgePart(turn, index));
  const found = resultOf(turn, parts);
  const result = JSON.stringify(found) === JSON.stringify(turn.run.result) ? turn.run.result : found;
  const run = result === turn.run.result ? turn.run : { ...turn.run, result };
  return {
    turn,
    run,
    parts,
    events: [...began(turn, run), ...parts.flatMap(({ events }) => events), ...ended(turn, run)],
    dueAt: isOver(run) || turn.ending !== null ? null : deadlineOf(run, turn.terms),
  };
}

/**
 * The result of a run. A run is over when each of its parts is; a run that is made to end, when none of its processes
 * is alive any more.
 */
function resultOf({ run, ending, subject }: RunTurn, verdicts: readonly PartVerdict[]): RunResult {
  const parts = verdicts.map(({ part }) => part);
  const startedAt = run.result.startedAt ?? first(parts.map((part) => part.startedAt));
  const isDone = parts.every(({ outcome }) => outcome === 'completed');
  const isStopped = ending !== null && !verdicts.some((verdict) => verdict.lives);
  const lastEnd = last(parts.map((part) => part.finishedAt));
  const now = new Date(subject.now).toISOString();
  const begun = parts.filter(({ attempts }) => attempts > 0);
  const end = { startedAt, finishedAt: lastEnd ?? now, parts: begun };
  if (isDone) return { ...end, state: 'completed', reason: null };
  if (isStopped) {
    const isCancelled = run.cancelReason !== null || startedAt === null;
    return { ...end, finishedAt: now, state: isCancelled ? 'cancelled' : 'failed', reason: ending };
  }
  const isEveryOver = parts.every(({ outcome }) => outcome !== null);
  if (isEveryOver && ending === null) {
    const failed = parts.find(({ outcome }) => outcome === 'failed');
    return { ...end, state: 'failed', reason: failed?.reason ?? null };
  }
  const state = startedAt === null ? 'pending' : 'running';
  return { state, startedAt, finishedAt: null, reason: ending, parts: begun };
}

const first = (times: readonly (string | null)[]): string | null =>
  times.reduce((one, other) => (one === null || (other !== null && other < one) ? other : one), null);

const last = (times: readonly (string | null)[]): string | null =>
  times.reduce((one, other) => (one === null || (other !== null && other > one) ? other : one), null);

const about = (
  { run, subject }: RunTurn,
  event: Pick<NewEvent, 'level' | 'reason' | 'message'>,
): NewEvent => ({
  uid: run.uid,
  at: new Date(subject.now).toISOString(),
  component: 'scheduler',
  ...event,
});

function began(turn: RunTurn, { number, result }: RunRecord): NewEvent[] {
  if (turn.run.result.startedAt !== null || result.startedAt === null) return [];
  const message = `Run ${number} started: revision ${turn.run.revision}`;
  return [about(turn, { level: 'info', reason: 'RunStarted', message })];
}

function ended(turn: RunTurn, run: RunRecord): NewEvent[] {
  const { state, reason } = run.result;
  if (state === 'completed') {
    return [about(turn, { level: 'info', reason: 'RunCompleted', message: `Run ${run.number} completed` })];
  }
  if (state === 'failed') {
    const message = `Run ${run.number} failed: ${reason}`;
    return [about(turn, { level: 'error', reason: 'RunFailed', message })];
  }
  if (state !== 'cancelled') return [];
  const message = `Run ${run.number} was ended: ${reason}`;
  return [about(turn, { level: 'warning', reason: 'RunCancelled', message })];
}
