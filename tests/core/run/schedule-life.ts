/** What a schedule can live through: looks, runs that end or are asked for, writes that are lost, clocks that are set back. */
import fc from 'fast-check';
import type { Cron } from '../../../core/ports.ts';
import { type RunRecord, unbegun } from '../../../core/run/run.ts';
import { considerSchedule, type ScheduleFinding } from '../../../core/run/schedule.ts';
import type { ScheduleMemory } from '../../../core/run/schedule-memory.ts';
import type { JobTerms } from '../../../core/run/terms.ts';
import { aRunRecord } from '../../support/records.ts';

/** When lives begin, ms since 1970: a whole hour. */
export const start = Date.parse('2026-06-01T12:00:00.000Z');
/** What may begin late. */
export const lateMs = 10_000;

/** One thing that happens. `lose`: the next look writes nothing. */
export type Step =
  | { readonly kind: 'look'; readonly afterMs: number }
  | { readonly kind: 'end' | 'ask' | 'lose' }
  | { readonly kind: 'back'; readonly byMs: number };

/** A schedule that is due every so often, and what happens to it. */
export interface Life {
  readonly periodMs: number;
  readonly concurrency: JobTerms['concurrency'];
  readonly catchUp: 'none' | 'last';
  readonly steps: readonly Step[];
}

/** What a look came to. */
export interface Looked {
  readonly now: number;
  readonly begins: number | null;
  readonly skipped: boolean;
  /** Whether anything was under way before. */
  readonly busy: boolean;
}

interface World {
  now: number;
  memory: ScheduleMemory | null;
  runs: readonly RunRecord[];
  loses: boolean;
}

/** Lives a life. */
export function live({ steps, ...life }: Life): readonly Looked[] {
  const world: World = { now: start, memory: null, runs: [], loses: false };
  return steps.flatMap((step) => {
    if (step.kind === 'look') return [lookAfter(world, life, step.afterMs)];
    happen(world, step);
    return [];
  });
}

const isBusy = ({ runs }: World): boolean => runs.some(({ result }) => result.state === 'pending');

function happen(world: World, step: Exclude<Step, { kind: 'look' }>): void {
  if (step.kind === 'back') world.now -= step.byMs;
  if (step.kind === 'lose') world.loses = true;
  if (step.kind === 'ask' && !isBusy(world)) add(world, { cause: 'manual', scheduledAt: null });
  if (step.kind !== 'end') return;
  // Only the newest that are over are kept, as the history says.
  const completed = { ...unbegun, state: 'completed' as const };
  world.runs = world.runs.map((run) => ({ ...run, result: completed })).slice(0, 2);
}

const add = (world: World, changes: Partial<RunRecord>): void => {
  world.runs = [aRunRecord({ number: (world.runs[0]?.number ?? 0) + 1, ...changes }), ...world.runs];
};

/** Due whenever a whole number of periods has passed. */
const every = (periodMs: number): Pick<Cron, 'next'> => ({
  next: (_cron, _zone, after) => periodMs * (Math.floor(after / periodMs) + 1),
});

function lookAfter(world: World, life: Omit<Life, 'steps'>, ms: number): Looked {
  world.now += ms;
  const { now, memory, runs, loses } = world;
  const schedule = { cron: '* * * * *', timeZone: 'UTC', catchUp: life.catchUp, suspended: false };
  const terms = { schedule, concurrency: life.concurrency };
  const finding = considerSchedule(
    { uid: 'uid-web', terms, declaredAt: start, memory, runs, now },
    { cron: every(life.periodMs), lateMs },
  );
  const looked = {
    now,
    begins: loses ? null : finding.begins,
    skipped: !loses && finding.events.some(({ reason }) => reason === 'RunSkipped'),
    busy: isBusy(world),
  };
  // All or nothing: what is lost leaves neither a memory nor a run.
  if (!loses) write(world, finding);
  world.loses = false;
  return looked;
}

function write(world: World, { memory, begins, cancelled }: ScheduleFinding): void {
  const ends = new Set(cancelled.map(({ number }) => number));
  world.memory = memory;
  world.runs = world.runs.map((run) => (ends.has(run.number) ? { ...run, cancelReason: 'replaced' } : run));
  if (begins === null) return;
  const scheduledAt = new Date(begins).toISOString();
  if (world.runs.every((run) => run.scheduledAt !== scheduledAt))
    add(world, { cause: 'schedule', scheduledAt });
}

const look = (most: number) =>
  fc.record({ kind: fc.constant('look' as const), afterMs: fc.integer({ min: 0, max: most }) });
const one = <Kind extends string>(kind: Kind) => fc.constant({ kind });
const back = fc.record({ kind: fc.constant('back' as const), byMs: fc.integer({ min: 0, max: 600_000 }) });

/** Any life. */
export const anyLife: fc.Arbitrary<Life> = fc.record({
  periodMs: fc.constantFrom(1000, 5000, 60_000),
  concurrency: fc.constantFrom('forbid' as const, 'allow' as const, 'replace' as const),
  catchUp: fc.constantFrom('none' as const, 'last' as const),
  steps: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: look(4000) },
      { weight: 1, arbitrary: look(600_000) },
      { weight: 4, arbitrary: one('end') },
      { weight: 1, arbitrary: one('ask') },
      { weight: 1, arbitrary: one('lose') },
      { weight: 1, arbitrary: back },
    ),
    { maxLength: 60 },
  ),
});
