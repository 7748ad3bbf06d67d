/**
 * Decides what the observation of a job means: the state of each run, what of it is to be stored, and the resulting
 * status of the job. Pure; a run that is over is not judged again, and what its containers need is decided in
 * plan/plan-job.ts.
 */
import type { Status } from '../../deployment/status.ts';
import type { NewEvent } from '../../event/event.ts';
import { isOver, type RunRecord } from '../../run/run.ts';
import type { RunsChange } from '../../run/runs.ts';
import { attemptOf } from '../../runtime.ts';
import type { SlotMemory } from '../memory.ts';
import { instancesOfRun, keptRuns, runTurns } from '../run-parts.ts';
import { earliest, imageTrouble, isDeleted, type Subject } from '../subject.ts';
import { judgeRun, type RunVerdict } from './judge-run.ts';

/** The state of a job. */
export interface JobVerdict {
  readonly status: Status;
  readonly reason: string | null;
  readonly instances: readonly string[];
  /** The number of parts of the shown run that run or are done. */
  readonly ready: number;
  /** The number of tries beyond the first, over all parts of the shown run. */
  readonly retries: number;
  readonly slots: Readonly<Record<string, SlotMemory>>;
  /** All runs of the job as of this tick, newest first. */
  readonly runs: readonly RunRecord[];
  /** The changes to its runs; null: none. */
  readonly change: RunsChange | null;
  readonly events: readonly NewEvent[];
  readonly dueAt: number | null;
}

/** Judges a job. */
export function judgeJob(subject: Subject): JobVerdict {
  const verdicts = isDeleted(subject) ? [] : runTurns(subject).map(judgeRun);
  const runs = subject.desired.runs.map(
    (run) => verdicts.find((verdict) => verdict.run.number === run.number)?.run ?? run,
  );
  const judged: Subject = { ...subject, desired: { ...subject.desired, runs } };
  const { forgotten, dueAt } = keptRuns(judged);
  const gone = forgotten.filter(({ number }) => instancesOfRun(subject, number).length === 0);
  const slots = Object.fromEntries(
    verdicts
      .filter(({ run }) => !isOver(run))
      .flatMap(({ parts }) => parts.flatMap(({ slot, memory }) => (memory ? [[slot, memory]] : []))),
  );
  // Runs that are not over determine the status; of several, the newest.
  const shown = verdicts.findLast(({ run }) => !isOver(run));
  const newest = shown?.run ?? runs[0];
  const parts = newest?.result.parts ?? [];
  const running = shown?.parts.filter((part) => part.runs).length ?? 0;
  return {
    ...(shown ? standing(judged, shown) : overStanding(newest)),
    instances: newest === undefined ? [] : instancesOf(subject, newest),
    ready: running + parts.filter(({ outcome }) => outcome === 'completed').length,
    retries: parts.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
    slots,
    runs: runs.filter((run) => !gone.includes(run)),
    change: changeOf(
      runs.filter((run) => !subject.desired.runs.includes(run)),
      gone,
    ),
    events: verdicts.flatMap(({ events }) => events),
    dueAt: earliest(dueAt, ...verdicts.map((verdict) => verdict.dueAt)),
  };
}

function changeOf(changed: readonly RunRecord[], gone: readonly RunRecord[]): RunsChange | null {
  if (changed.length === 0 && gone.length === 0) return null;
  const results = changed.map(({ number, result }) => ({ number, result }));
  return { results, added: [], cancelled: [], dropped: gone.map(({ number }) => number) };
}

interface Standing {
  readonly status: Status;
  readonly reason: string | null;
}

/** The status of a job whose newest run is over. */
function overStanding(newest: RunRecord | undefined): Standing {
  if (newest === undefined) return { status: 'pending', reason: 'it has not been run yet' };
  const { state, reason } = newest.result;
  if (state === 'completed') return { status: 'completed', reason: null };
  const why = state === 'cancelled' ? `run ${newest.number} was ended: ${reason}` : reason;
  return { status: 'failed', reason: why };
}

/** The status of a job by a run that is not over. First match wins. */
function standing(subject: Subject, { run, turn, parts }: RunVerdict): Standing {
  const runs = parts.some((part) => part.runs);
  if (turn.ending !== null) {
    return {
      status: runs ? 'running' : 'creating',
      reason: `run ${run.number} is being ended: ${turn.ending}`,
    };
  }
  if (turn.waitsFor !== null) {
    return { status: 'pending', reason: `run ${run.number} begins when run ${turn.waitsFor} has ended` };
  }
  const waiting = parts.find(({ waitsFor }) => waitsFor !== null)?.waitsFor ?? null;
  const image = waiting === null ? null : imageTrouble(turn.subject).fault;
  const wrong = image ?? parts.find(({ fault }) => fault !== null)?.fault ?? subject.memory.teardown.fault;
  if (wrong) return { status: wrong.status, reason: wrong.reason };
  return runs ? { status: 'running', reason: null } : { status: 'creating', reason: waiting };
}

/** The containers of a run: for each part, that of the latest try. */
function instancesOf(subject: Subject, { number }: RunRecord): readonly string[] {
  const all = instancesOfRun(subject, number).filter(({ state }) => state !== 'removing');
  const isLatest = ({ slot, attempt }: (typeof all)[number]['identity']): boolean =>
    all.every(({ identity }) => identity.slot !== slot || attemptOf(identity) <= attemptOf({ attempt }));
  return all.filter(({ identity }) => isLatest(identity)).map(({ id }) => id);
}
