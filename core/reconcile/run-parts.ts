/**
 * Decides which of a job's runs continue, and which containers belong to each of their parts, from what exists, is
 * remembered and is recorded, so the result is the same after a crash. What a part needs is decided in
 * plan/plan-job.ts.
 */
import { formatDuration } from '../deployment/spec/quantity.ts';
import { isOver, type RunPart, type RunRecord, runOfSlot } from '../run/run.ts';
import { defaultTerms, type JobTerms } from '../run/terms.ts';
import { attemptOf, type Instance } from '../runtime.ts';
import {
  atRevision,
  furthestFirst,
  inOrder,
  isCurrent,
  revisionNumbered,
  type Subject,
  slotMemory,
} from './subject.ts';

/** A run that is not over, as it is judged and planned. */
export interface RunTurn {
  readonly run: RunRecord;
  /** The subject with the run's revision as the wanted one. */
  readonly subject: Subject;
  /** The terms of the run's revision: a run keeps the terms with which it began. */
  readonly terms: JobTerms;
  /** Why the run is to end, whatever it has done so far; null: it is not to end early. */
  readonly ending: string | null;
  /** The number of the run after which this one begins; null: it may begin, or has begun. */
  readonly waitsFor: number | null;
}

/** The terms of the declared revision. */
const declaredTerms = ({ desired }: Subject): JobTerms =>
  (desired.declared ?? desired.revision).spec.job ?? defaultTerms;

/** All runs that are not over, the oldest first. */
export function runTurns(subject: Subject): readonly RunTurn[] {
  const open = subject.desired.runs.filter((run) => !isOver(run)).reverse();
  const turns: RunTurn[] = [];
  for (const run of open) {
    const revision = revisionNumbered(subject.desired, run.revision);
    const terms = revision?.spec.job ?? defaultTerms;
    const at = revision ? atRevision(subject, revision) : subject;
    const ending = revision ? endingOf(at, run, terms) : `revision ${run.revision} is not kept any more`;
    turns.push({ run, subject: at, terms, ending, waitsFor: waitsFor(subject, run, turns) });
  }
  return turns;
}

/**
 * Why a run is to end: it was asked to, its timeout is over, or its revision was replaced before the image was
 * resolved.
 */
function endingOf({ desired, now }: Subject, run: RunRecord, terms: JobTerms): string | null {
  const known = run.cancelReason ?? run.result.reason;
  if (known !== null) return known;
  const deadline = deadlineOf(run, terms);
  if (deadline !== null && deadline <= now) {
    return `it took longer than its timeout of ${formatDuration(terms.timeoutMs ?? 0)}`;
  }
  // A run whose revision is newer than the record was declared between the two reads.
  const isReplaced = run.revision < desired.record.revision && run.result.startedAt === null;
  return isReplaced && desired.revision.pin === null
    ? `revision ${run.revision} was replaced before its image was resolved`
    : null;
}

/** When the timeout of a run ends, ms since 1970; null if it has not begun, or has no timeout. */
export const deadlineOf = ({ result: { startedAt } }: RunRecord, { timeoutMs }: JobTerms): number | null =>
  startedAt === null || timeoutMs === null ? null : Date.parse(startedAt) + timeoutMs;

/**
 * The number of the run that this one waits for. Runs begin one after another unless `concurrency` is `allow`; none
 * begins before the runs that make way for it have ended.
 */
function waitsFor(subject: Subject, run: RunRecord, earlier: readonly RunTurn[]): number | null {
  if (run.result.startedAt !== null) return null;
  const sideBySide = declaredTerms(subject).concurrency === 'allow';
  return earlier.find(({ ending }) => ending !== null || !sideBySide)?.run.number ?? null;
}

/** The containers of one part of a run. */
export interface Part {
  /** The number of the latest try that began; 0 before the first. */
  readonly begun: number;
  /** The containers of the run's revision by their try; of several for one try, the one furthest along. */
  readonly tries: ReadonlyMap<number, Instance>;
  /** The other containers in the slot. */
  readonly besides: readonly Instance[];
}

/** The containers of the part in a slot. */
export function partOf(subject: Subject, slot: number): Part {
  const here = subject.instances.filter(({ identity }) => identity.slot === slot).sort(furthestFirst);
  const own = here.filter((instance) => isCurrent(subject, instance));
  const tries = new Map<number, Instance>();
  for (const instance of own) {
    const attempt = attemptOf(instance.identity);
    if (!tries.has(attempt)) tries.set(attempt, instance);
  }
  const seen = own.filter(({ startedAt }) => startedAt !== null).map(({ identity }) => attemptOf(identity));
  const begun = Math.max(slotMemory(subject, slot).run?.attempt ?? 0, ...seen);
  const filling = new Set(tries.values());
  return { begun, tries, besides: here.filter((one) => !filling.has(one)) };
}

/** The record of a part; null if there is none. */
export const recordedPart = ({ result }: RunRecord, index: number): RunPart | null =>
  result.parts.find((part) => part.index === index) ?? null;

/** Whether the process of a container is alive. */
export const lives = ({ state }: Instance): boolean =>
  state === 'running' || state === 'paused' || state === 'restarting';

/**
 * Decides which runs that are over keep their containers, and which are forgotten once their containers are gone: those
 * beyond the history or older than its age. The newest run is never forgotten for its age, because the next number is
 * counted from it.
 */
export function keptRuns(subject: Subject): {
  readonly kept: readonly RunRecord[];
  readonly forgotten: readonly RunRecord[];
  /**
   * When the next containers are due to be removed, or the next run to be forgotten, because of their age, ms since
   * 1970.
   */
  readonly dueAt: number | null;
} {
  const { history, ttlMs } = declaredTerms(subject);
  const { runs } = subject.desired;
  const over = runs.filter(isOver);
  const forgottenAt = (run: RunRecord): number =>
    run === runs[0]
      ? Number.POSITIVE_INFINITY
      : endOf(run) + (subject.historyAgeMs ?? Number.POSITIVE_INFINITY);
  const clearedAt = (run: RunRecord): number =>
    Math.min(endOf(run) + (ttlMs ?? Number.POSITIVE_INFINITY), forgottenAt(run));
  const isForgotten = (run: RunRecord, index: number): boolean =>
    index >= history || forgottenAt(run) <= subject.now;
  const remembered = over.filter((run, index) => !isForgotten(run, index));
  const kept = remembered.filter((run) => clearedAt(run) > subject.now);
  const holds = (run: RunRecord): boolean => instancesOfRun(subject, run.number).length > 0;
  const due = Math.min(...kept.filter(holds).map(clearedAt), ...remembered.map(forgottenAt));
  return { kept, forgotten: over.filter(isForgotten), dueAt: Number.isFinite(due) ? due : null };
}

/** When a run ended, ms since 1970; infinity if it has not. */
const endOf = ({ result: { finishedAt } }: RunRecord): number =>
  finishedAt === null ? Number.POSITIVE_INFINITY : Date.parse(finishedAt);

/** The containers of a run, ordered by part. */
export const instancesOfRun = ({ instances }: Subject, run: number): readonly Instance[] =>
  instances.filter(({ identity }) => runOfSlot(identity.slot).run === run).sort(inOrder);
