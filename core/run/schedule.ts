/**
 * Decides what a job's schedule requires at one tick: the run that is due, the runs that make way for it, and what is
 * skipped, with the reason. Pure, with its memory as the only knowledge of earlier ticks; runs are carried out by the
 * reconciler.
 */
import type { NewEvent } from '../event/event.ts';
import type { Cron } from '../ports.ts';
import { lastDue } from './last-due.ts';
import { isOver, mostOpenRuns, type RunRecord } from './run.ts';
import type { RunsChange } from './runs.ts';
import type { ScheduleMemory } from './schedule-memory.ts';
import type { JobTerms, Schedule } from './terms.ts';

/** What evaluating schedules needs. */
export interface Timekeeping {
  readonly cron: Pick<Cron, 'next'>;
  /** How late a run may begin without counting as missed, ms. */
  readonly lateMs: number;
}

/** What is known when a schedule is evaluated. */
export interface ScheduleInput {
  readonly uid: string;
  readonly terms: Pick<JobTerms, 'schedule' | 'concurrency'>;
  /** Since when the current terms apply, ms since 1970: a new schedule is not due before. */
  readonly declaredAt: number;
  readonly memory: ScheduleMemory | null;
  /** The deployment's runs, in any order. */
  readonly runs: readonly RunRecord[];
  readonly now: number;
}

/** What a schedule requires at one tick. */
export interface ScheduleFinding {
  readonly memory: ScheduleMemory | null;
  /** The instant for which a run is to be begun. It is returned on every tick until that run is among the runs. */
  readonly begins: number | null;
  readonly cancelled: RunsChange['cancelled'];
  readonly events: readonly NewEvent[];
  /** When to evaluate the schedule next, ms since 1970; null: no time is known. */
  readonly dueAt: number | null;
}

/**
 * If the clock is set back by more than this, ms, it is assumed to have been wrong before: instants that it had run
 * ahead of are due again.
 */
const setBackMs = 3 * 3_600_000;

/** Finds what is due now. An instant for which a run was begun, or that was skipped, is never due again. */
export function considerSchedule(input: ScheduleInput, { cron, lateMs }: Timekeeping): ScheduleFinding {
  const { schedule } = input.terms;
  if (schedule === null) return { ...nothing, memory: null };
  const standing = standingOf(input, schedule);
  const kept = { terms: termsOf(schedule), through: text(standing.through), lastAt: standing.lastAt };
  if (schedule.suspended) return { ...nothing, memory: { ...kept, nextAt: null } };
  const due = (after: number) => cron.next(schedule.cron, schedule.timeZone, after);
  const nextAt = standing.nextAt ?? due(standing.through);
  const told = standing.confirmed.map(created(input));
  if (nextAt === null || nextAt > input.now) {
    const memory = { ...kept, nextAt: nextAt === null ? null : text(nextAt) };
    return { ...nothing, memory, events: told, dueAt: nextAt };
  }
  const last = lastDue(due, { first: nextAt, now: input.now });
  const skipped = reasonToSkip(input, { first: nextAt, last, isLate: input.now - last > lateMs });
  if (skipped !== null) {
    const after = due(last);
    const memory = { ...kept, through: text(last), nextAt: after === null ? null : text(after) };
    return { ...nothing, memory, events: [...told, skip(input, skipped)], dueAt: after };
  }
  const events = last === nextAt ? told : [...told, skip(input, onlyTheLast)];
  return {
    // The instant itself counts as handled only once its run exists.
    memory: { ...kept, through: text(last - 1), nextAt: text(last) },
    begins: last,
    cancelled: input.terms.concurrency === 'replace' ? givingWay(input, last) : [],
    events,
    dueAt: input.now,
  };
}

const nothing = { begins: null, cancelled: [], events: [], dueAt: null } as const;

const text = (at: number): string => new Date(at).toISOString();

const termsOf = ({ cron, timeZone, suspended }: Schedule): string =>
  JSON.stringify([cron, timeZone, suspended]);

interface Standing {
  readonly through: number;
  readonly lastAt: string | null;
  /** The next due instant, where it is known already. */
  readonly nextAt: number | null;
  /** Scheduled runs that were stored since the last tick. */
  readonly confirmed: readonly RunRecord[];
}

/** How far the schedule has come, by its memory and by the runs that exist. */
function standingOf({ memory, runs, now, declaredAt }: ScheduleInput, schedule: Schedule): Standing {
  const isSame = memory?.terms === termsOf(schedule);
  const lastAt = memory?.lastAt ?? null;
  const remembered = isSame ? Date.parse(memory.through) : Math.max(declaredAt, at(lastAt));
  const isSetBack = remembered > now + setBackMs;
  const before = isSetBack ? now : remembered;
  const confirmed = runs
    .filter(({ scheduledAt }) => at(scheduledAt) > before && at(scheduledAt) <= now + setBackMs)
    .sort((one, other) => one.number - other.number);
  const through = Math.max(before, ...confirmed.map(({ scheduledAt }) => at(scheduledAt)));
  const isKnown = isSame && through === remembered && memory.nextAt !== null;
  return {
    through,
    lastAt: confirmed.length > 0 ? text(through) : lastAt,
    nextAt: isKnown ? Date.parse(memory.nextAt) : null,
    confirmed,
  };
}

const at = (instant: string | null): number =>
  instant === null ? Number.NEGATIVE_INFINITY : Date.parse(instant);

// The message contains no times, so that frequent repetitions are counted as one event.
const onlyTheLast = 'Of several runs that were due by now only the last begins';

/** Why a due run is not begun; null: it is begun. First match wins. */
function reasonToSkip(
  { terms: { schedule, concurrency }, runs, now }: ScheduleInput,
  { first, last, isLate }: { readonly first: number; readonly last: number; readonly isLate: boolean },
): string | null {
  if (isLate && schedule?.catchUp === 'none') {
    const span = first === last ? `at ${text(first)}` : `from ${text(first)} to ${text(last)}`;
    return `What was due ${span} is skipped: nobody could begin it until ${text(now)}, and catch_up is none`;
  }
  const [busy, ...more] = runs.filter((run) => !isOver(run));
  if (busy && concurrency === 'forbid')
    return `A run that is due is skipped: run ${busy.number} is not over, and concurrency is forbid`;
  return more.length + 1 >= mostOpenRuns
    ? `A run that is due is skipped: ${mostOpenRuns} runs are not over`
    : null;
}

const givingWay = ({ runs }: ScheduleInput, due: number): RunsChange['cancelled'] =>
  runs
    .filter((run) => !isOver(run) && run.cancelReason === null)
    .map(({ number }) => ({ number, reason: `replaced by the run that was due at ${text(due)}` }));

const skip = ({ uid, now }: ScheduleInput, message: string): NewEvent => ({
  uid,
  at: text(now),
  level: 'warning',
  component: 'scheduler',
  reason: 'RunSkipped',
  message,
});

const created =
  ({ uid, now }: ScheduleInput) =>
  ({ number, scheduledAt }: RunRecord): NewEvent => ({
    uid,
    at: text(now),
    level: 'info',
    component: 'scheduler',
    reason: 'RunCreated',
    message: `Run ${number} created: it was due at ${scheduledAt}`,
  });
