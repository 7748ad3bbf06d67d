/**
 * Determines when a cron pattern is due, with croner: this is the only file that uses it. It decides how an hour that
 * the clock skips or repeats is handled; core/run decides what happens at a due time.
 */
import { Cron as Croner, CronPattern } from 'croner';
import type { Cron } from '../../core/ports.ts';

const mostKept = 1000;
// A leap year: a pattern without an occurrence within croner's range from here never has one.
const anyTime = new Date(Date.UTC(2024, 0, 1));

const fields = [
  ['second', '0-59'],
  ['minute', '0-59'],
  ['hour', '0-23'],
  ['day', '1-31 (L for the last)'],
  ['month', '1-12 or JAN-DEC'],
  ['weekday', '0-7 (0 and 7 are Sunday) or SUN-SAT'],
] as const;

/** Makes the Cron port. Up to a thousand parsed patterns are cached. */
export const makeCron = (): Cron => {
  const known = new Map<string, Croner | null>();
  /**
   * Returns the parsed pattern; null for one stored by another version that this one cannot parse. It is then never
   * due, so that it does not block everything else.
   */
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
 * Makes the croner job. A pattern with every hour of the day follows the displayed time, hour by real hour. Any other
 * pattern names times of the day that each occur once a day; croner does so for patterns without `*` and steps, so
 * these are expanded.
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

/** Describes the first invalid field; null when all are valid. */
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

/**
 * Describes an invalid time zone; null for a valid one. Only names are valid: some versions of Node do not support
 * offsets such as +02:00.
 */
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
