/**
 * Decides what a job's schedule contributes to one tick: the run to begin, the runs that make way, and what is
 * remembered and shown of the schedule. Which instants are due is decided in core/run/schedule.ts.
 */
import type { ScheduleView } from '../deployment/view.ts';
import type { NewEvent } from '../event/event.ts';
import { type RunRecord, unbegun } from '../run/run.ts';
import type { RunsChange } from '../run/runs.ts';
import { considerSchedule } from '../run/schedule.ts';
import type { ScheduleMemory } from '../run/schedule-memory.ts';
import { isDeleted, type Subject } from './subject.ts';

/** What a schedule contributes to one tick. */
export interface Asked {
  readonly memory: ScheduleMemory | null;
  readonly view: ScheduleView | null;
  /** The changes to the deployment's runs; null: none. */
  readonly change: RunsChange | null;
  readonly events: readonly NewEvent[];
  readonly dueAt: number | null;
  /** Why a job that was never run waits, as text; null without a schedule. */
  readonly waitsFor: string | null;
}

const nothing: Asked = { memory: null, view: null, change: null, events: [], dueAt: null, waitsFor: null };

/** Evaluates a job's schedule, given its runs as of this tick, newest first. */
export function askSchedule(subject: Subject, runs: readonly RunRecord[]): Asked {
  const {
    desired: { record, revision },
    timekeeping,
  } = subject;
  const terms = revision.spec.job;
  if (isDeleted(subject) || !timekeeping || terms === null || terms.schedule === null) return nothing;
  const { memory, begins, cancelled, events, dueAt } = considerSchedule(
    {
      uid: record.uid,
      terms,
      declaredAt: Date.parse(revision.createdAt),
      memory: subject.memory.schedule ?? null,
      runs,
      now: subject.now,
    },
    timekeeping,
  );
  const added = begins === null ? [] : [scheduledRun(subject, runs, begins)];
  const nextAt = memory?.nextAt ?? null;
  return {
    memory,
    view: { next_run_at: nextAt, last_run_at: memory?.lastAt ?? null },
    change: added.length > 0 ? { results: [], added, cancelled, dropped: [] } : null,
    events,
    dueAt,
    waitsFor: terms.schedule.suspended ? 'its schedule is suspended' : waits(nextAt),
  };
}

const waits = (nextAt: string | null): string =>
  nextAt === null ? 'its schedule is never due again' : `the next run is due at ${nextAt}`;

function scheduledRun(
  { desired: { record }, now }: Subject,
  [newest]: readonly RunRecord[],
  due: number,
): RunRecord {
  return {
    uid: record.uid,
    number: (newest?.number ?? 0) + 1,
    revision: record.revision,
    cause: 'schedule',
    author: '',
    scheduledAt: new Date(due).toISOString(),
    createdAt: new Date(now).toISOString(),
    completions: record.replicas,
    sealed: null,
    cancelReason: null,
    result: unbegun,
  };
}

/** Merges two changes into one. */
export const together = (one: RunsChange | null, other: RunsChange | null): RunsChange | null =>
  one === null || other === null
    ? (one ?? other)
    : {
        results: [...one.results, ...other.results],
        added: [...one.added, ...other.added],
        cancelled: [...one.cancelled, ...other.cancelled],
        dropped: [...one.dropped, ...other.dropped],
      };
