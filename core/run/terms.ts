/**
 * The terms of a job's runs: retries, timeout, parallelism, schedule and retention, and their conversion from a draft
 * and back. Which runs exist is decided in schedule.ts and in the commands.
 */

import * as v from 'valibot';
import { formatDuration, parseDuration } from '../deployment/spec/quantity.ts';
import type { Say } from '../errors.ts';

/** What happens if a run is due, or requested, while another one is not over. */
export const concurrencies = ['forbid', 'allow', 'replace'] as const;

/** When a job runs by itself. */
export interface Schedule {
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** The IANA name of the time zone in which the fields are read. */
  readonly timeZone: string;
  /** Which runs that fell due while no process could begin them are caught up on: none, or the last one. */
  readonly catchUp: 'none' | 'last';
  readonly suspended: boolean;
}

/** The terms of a job's runs. Changing them replaces no container. */
export interface JobTerms {
  /** How often each part of a run is retried when it fails. */
  readonly retries: number;
  /** How long a run may take from its first start, ms; null: without limit. */
  readonly timeoutMs: number | null;
  /** How many of a run's parts run at once; null: all. */
  readonly parallelism: number | null;
  /** How long the containers of a run that is over are kept, ms; null: as long as the run is in the history. */
  readonly ttlMs: number | null;
  /** How many runs that are over are kept, with their containers. */
  readonly history: number;
  readonly concurrency: (typeof concurrencies)[number];
  /** null: the job runs when it is declared, and when a user requests it. */
  readonly schedule: Schedule | null;
}

/** The terms of a job that sets none. */
export const defaultTerms: JobTerms = {
  retries: 0,
  timeoutMs: null,
  parallelism: null,
  ttlMs: null,
  history: 5,
  concurrency: 'forbid',
  schedule: null,
};

const defaultTimeZone = 'UTC';
const longestMs = 366 * 24 * 3_600_000;
const count = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const duration = v.union([v.number(), v.string()]);

/** The draft fields that only a job has. */
export const termsEntries = {
  retries: v.optional(count(0, 100)),
  timeout: v.optional(duration),
  parallelism: v.optional(count(1, 1000)),
  completions: v.optional(count(1, 1000)),
  ttl_after_finished: v.optional(duration),
  history: v.optional(count(1, 1000)),
  concurrency: v.optional(v.picklist(concurrencies)),
  schedule: v.optional(v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(256))),
  time_zone: v.optional(v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(128))),
  catch_up: v.optional(v.picklist(['none', 'last'])),
  suspend: v.optional(v.boolean()),
};

/** The names of {@link termsEntries}. */
export const termsFields = [
  'retries',
  'timeout',
  'parallelism',
  'completions',
  'ttl_after_finished',
  'history',
  'concurrency',
  'schedule',
  'time_zone',
  'catch_up',
  'suspend',
] as const satisfies readonly (keyof typeof termsEntries)[];

const draft = v.object(termsEntries);
/** The part of a draft that sets the terms of runs. */
export interface TermsDraft extends v.InferInput<typeof draft> {}

/**
 * Converts the terms of a job's draft; reports every fault through `say`. Whether a schedule can be met is checked
 * through the {@link Cron} port.
 */
export function parseTerms(given: TermsDraft, say: Say): JobTerms {
  return {
    retries: given.retries ?? defaultTerms.retries,
    timeoutMs: ms(given.timeout, '/timeout', say),
    parallelism: given.parallelism ?? null,
    ttlMs: ms(given.ttl_after_finished, '/ttl_after_finished', say),
    history: given.history ?? defaultTerms.history,
    concurrency: given.concurrency ?? defaultTerms.concurrency,
    schedule: scheduleOf(given, say),
  };
}

/** Converts terms back into the draft fields that produce them. Completions are stored as the replicas. */
export function termsDraft({ schedule, timeoutMs, ttlMs, parallelism, ...terms }: JobTerms): TermsDraft {
  return {
    retries: terms.retries,
    timeout: timeoutMs === null ? undefined : formatDuration(timeoutMs),
    parallelism: parallelism ?? undefined,
    ttl_after_finished: ttlMs === null ? undefined : formatDuration(ttlMs),
    history: terms.history,
    concurrency: terms.concurrency,
    ...(schedule === null
      ? {}
      : {
          schedule: schedule.cron,
          time_zone: schedule.timeZone,
          catch_up: schedule.catchUp,
          suspend: schedule.suspended,
        }),
  };
}

function scheduleOf(given: TermsDraft, say: Say): Schedule | null {
  const { schedule, time_zone, catch_up, suspend } = given;
  if (schedule === undefined) {
    for (const field of ['time_zone', 'catch_up', 'suspend'] as const) {
      if (given[field] !== undefined)
        say(`/${field}`, 'has no effect without a schedule: add one, or leave it out');
    }
    return null;
  }
  const cron = schedule.trim().split(/\s+/).join(' ');
  if (![5, 6].includes(cron.split(' ').length)) {
    say(
      '/schedule',
      'must have five fields such as "30 2 * * *" (minute, hour, day, month, weekday), or six with seconds first',
    );
  }
  return {
    cron,
    timeZone: time_zone ?? defaultTimeZone,
    catchUp: catch_up ?? 'none',
    suspended: suspend ?? false,
  };
}

function ms(given: number | string | undefined, at: string, say: Say): number | null {
  if (given === undefined) return null;
  const parsed = parseDuration(given);
  if (parsed !== null && parsed <= longestMs) return parsed;
  say(at, 'must be a duration up to 366d such as "90s", "10m" or "2h", or a number of seconds');
  return null;
}

const view = v.object({
  retries: v.number(),
  timeout: v.nullable(v.string()),
  parallelism: v.nullable(v.number()),
  ttl_after_finished: v.nullable(v.string()),
  history: v.number(),
  concurrency: v.picklist(concurrencies),
  schedule: v.nullable(v.string()),
  /** The next three are null without a schedule. */
  time_zone: v.nullable(v.string()),
  catch_up: v.nullable(v.picklist(['none', 'last'])),
  suspend: v.nullable(v.boolean()),
});
/** A job's terms as the API shows them. */
export interface TermsView extends v.InferOutput<typeof view> {}
/** The schema of a {@link TermsView}, for its documentation. */
export const TermsView: v.GenericSchema<TermsView> = view;

/** Converts a job's terms to what the API shows. */
export const termsView = ({ schedule, ...terms }: JobTerms): TermsView => ({
  retries: terms.retries,
  timeout: terms.timeoutMs === null ? null : formatDuration(terms.timeoutMs),
  parallelism: terms.parallelism,
  ttl_after_finished: terms.ttlMs === null ? null : formatDuration(terms.ttlMs),
  history: terms.history,
  concurrency: terms.concurrency,
  schedule: schedule?.cron ?? null,
  time_zone: schedule?.timeZone ?? null,
  catch_up: schedule?.catchUp ?? null,
  suspend: schedule?.suspended ?? null,
});
