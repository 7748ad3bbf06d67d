/**
 * When a cron is due, by croner: the only file that knows it. What becomes of an hour that the clock skips or goes
 * through twice is settled here; what is done about a time that is due, in core/run.
 */
import { Cron as Croner, CronPattern } from 'croner';
import type { Cron } from '../../core/ports.ts';

const mostKept = 1000;
// A leap year: what is not due within croner's reach from here never is.
const anyTime = new Date(Date.UTC(2024, 0, 1));

const fields = [
  ['second', '0-59'],
  ['minute', '0-59'],
  ['hour', '0-23'],
  ['day', '1-31 (L for the last)'],
  ['month', '1-12 or JAN-DEC'],
  ['weekday', '0-7 (0 and 7 are Sunday) or SUN-SAT'],
] as const;

/** Crons as croner reads them. Keeps what it has read, up to a thousand. */
export const makeCron = (): Cron => {
  const known = new Map<string, Croner | null>();
  /** null: kept by another version, which could read it. Better never due than no look at anything else. */
  const reading = (cron: string, timeZone: string): Croner | null => {
    const key = `${timeZone} ${cron}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = (zoneFault(timeZone) ?? faultyField(cron)) ? null : onDuty(cron, timeZone);
    if (known.size >= mostKept) known.clear();
    known.set(key, made);
    return made;
  };
  return {
    next: (cron, timeZone, afterMs) => reading(cron, timeZone)?.nextRun(new Date(afterMs))?.getTime() ?? null,
    fault: (cron) => faultyField(cron) ?? neverDue(cron),
    zoneFault,
  };
};

/**
 * With every hour of the day it goes by what the clock shows, hour by real hour. Else it names times of the day, each of
 * which comes once a day; croner does so for patterns without `*` and steps, so these are spelled out.
 */
const onDuty = (cron: string, timezone: string): Croner => {
  const { second, minute, hour } = new CronPattern(cron);
  const options = { timezone, paused: true } as const;
  if (hour.every(Boolean)) return new Croner(cron, options);
  const days = cron.split(' ').slice(-3);
  const times = [second, minute, hour].map(numbers);
  return new Croner([...times, ...days].join(' '), { ...options, fixedTimeRule: 'no-wildcard' });
};

const numbers = (marks: readonly number[]): string =>
  marks.flatMap((isMarked, number) => (isMarked ? [number] : [])).join(',');

const reads = (cron: string): boolean =>
  succeeds(() => new CronPattern(cron, undefined, { mode: '5-or-6-parts' }));

/** The first field that cannot be read, in words; null where all can. */
const faultyField = (cron: string): string | null => {
  const given = cron.split(' ');
  const texts = given.length === 5 ? ['0', ...given] : given;
  for (const [at, [name, range]] of fields.entries()) {
    const text = texts[at];
    const alone = fields.map((_, index) => (index === at ? text : '*')).join(' ');
    if (text === undefined || !reads(alone))
      return `the ${name} field "${text ?? ''}" cannot be read: use ${range}, *, lists (1,2), ranges (1-5) or steps (*/5)`;
  }
  return reads(cron) ? null : 'cannot be read as a cron';
};

const neverDue = (cron: string): string | null =>
  new Croner(cron, { timezone: 'UTC', paused: true }).nextRun(anyTime) === null
    ? 'is never due: no month has such a day'
    : null;

/** Only names: offsets such as +02:00 are known to some versions of Node and not to others. */
const zoneFault = (timeZone: string): string | null =>
  /^[A-Za-z]/.test(timeZone) && succeeds(() => new Intl.DateTimeFormat('en', { timeZone }))
    ? null
    : 'is not a time zone: use an IANA name such as "Europe/Berlin", "America/New_York" or "UTC"';

const succeeds = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};
