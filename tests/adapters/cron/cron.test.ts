import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeCron } from '../../../adapters/cron/cron.ts';
import { cronOf, dueWithin, wallClock } from './naive.ts';

const cron = makeCron();

/** The next so many instants, as text. */
const upcoming = (text: string, zone: string, { from, count }: { from: string; count: number }): string[] => {
  const found: string[] = [];
  let at = Date.parse(from);
  while (found.length < count) {
    const next = cron.next(text, zone, at);
    if (next === null) break;
    found.push(new Date(next).toISOString().replace(':00.000Z', 'Z'));
    at = next;
  }
  return found;
};

describe('where the clock skips an hour', () => {
  test('a time of the day that is skipped comes once, at the end of the gap', () => {
    expect(upcoming('30 2 * * *', 'Europe/Berlin', { from: '2026-03-28T00:00:00Z', count: 3 })).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    expect(upcoming('30 2 * * *', 'America/New_York', { from: '2026-03-07T06:00:00Z', count: 3 })).toEqual([
      '2026-03-07T07:30Z',
      '2026-03-08T07:00Z',
      '2026-03-09T06:30Z',
    ]);
  });

  test('several skipped times of a day come together as one', () => {
    expect(upcoming('*/30 2 * * *', 'Europe/Berlin', { from: '2026-03-28T12:00:00Z', count: 2 })).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-30T00:00Z',
    ]);
  });

  test('what is due every hour is due every real hour', () => {
    expect(upcoming('30 * * * *', 'Europe/Berlin', { from: '2026-03-29T00:00:00Z', count: 3 })).toEqual([
      '2026-03-29T00:30Z',
      '2026-03-29T01:30Z',
      '2026-03-29T02:30Z',
    ]);
  });
});

describe('where the clock goes through an hour twice', () => {
  test('a time of the day comes once, the first time', () => {
    expect(upcoming('30 2 * * *', 'Europe/Berlin', { from: '2026-10-24T12:00:00Z', count: 2 })).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
    expect(upcoming('*/30 1 * * *', 'America/New_York', { from: '2026-10-31T12:00:00Z', count: 3 })).toEqual([
      '2026-11-01T05:00Z',
      '2026-11-01T05:30Z',
      '2026-11-02T06:00Z',
    ]);
  });

  test('what is due every hour is due every real hour', () => {
    expect(upcoming('30 * * * *', 'America/New_York', { from: '2026-11-01T05:00:00Z', count: 3 })).toEqual([
      '2026-11-01T05:30Z',
      '2026-11-01T06:30Z',
      '2026-11-01T07:30Z',
    ]);
  });

  test('what is due every few seconds goes on', () => {
    const from = Date.parse('2026-10-25T00:59:58Z');
    expect(cron.next('*/2 * * * * *', 'Europe/Berlin', from)).toBe(from + 2000);
    expect(cron.next('*/2 * * * * *', 'Europe/Berlin', from + 500)).toBe(from + 2000);
  });
});

describe('rare days', () => {
  test('the 29th of February comes in leap years, over the century that has none too', () => {
    expect(upcoming('0 0 29 2 *', 'UTC', { from: '2095-01-01T00:00:00Z', count: 2 })).toEqual([
      '2096-02-29T00:00Z',
      '2104-02-29T00:00Z',
    ]);
  });

  test('a midnight that is skipped comes at one', () => {
    expect(upcoming('0 0 * * *', 'Africa/Cairo', { from: '2026-04-23T12:00:00Z', count: 2 })).toEqual([
      '2026-04-23T22:00Z',
      '2026-04-24T21:00Z',
    ]);
  });
});

describe('what is no schedule', () => {
  test.each([
    ['61 0 * * *', 'the minute field "61" cannot be read'],
    ['0 24 * * *', 'the hour field "24" cannot be read'],
    ['0 0 * * MONTAG', 'the weekday field "MONTAG" cannot be read'],
    ['99 0 0 * * *', 'the second field "99" cannot be read'],
    ['0 0 31 2 *', 'is never due'],
  ])('%s is refused in words', (text, words) => {
    expect(cron.fault(text)).toContain(words);
  });

  test.each(['0 0 29 2 *', '0 0 L * *', '*/2 * * * * *', '30 2 * * MON-FRI', '0 0 * * 7'])(
    '%s is one',
    (text) => {
      expect(cron.fault(text)).toBeNull();
    },
  );

  test.each(['Mars/Olympus', '+02:00', '', 'Europe/Berlin '])('"%s" is no time zone', (zone) => {
    expect(cron.zoneFault(zone)).toContain('IANA name');
  });

  test('what another version kept and this one cannot read is never due', () => {
    expect(cron.next('61 0 * * *', 'UTC', 0)).toBeNull();
    expect(cron.next('0 0 * * *', 'Mars/Olympus', 0)).toBeNull();
  });
});

describe('beside the definition', () => {
  const changes = [
    ['Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z'],
    ['America/New_York', '2026-03-08T07:00:00Z'],
    ['America/New_York', '2026-11-01T06:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ['Africa/Cairo', '2026-04-23T22:00:00Z'],
    ['America/Santiago', '2026-09-06T04:00:00Z'],
    ['Asia/Kolkata', '2026-06-01T00:00:00Z'],
  ] as const;
  const some = (most: number) =>
    fc.uniqueArray(fc.integer({ min: 0, max: most }), { minLength: 1, maxLength: 5 });
  const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
  const named = fc.record({
    minutes: some(59).map(sorted),
    hours: fc.oneof(
      fc.constant(Array.from({ length: 24 }, (_, hour) => hour)),
      some(4).map(sorted),
      some(23).map(sorted),
    ),
    weekdays: fc.option(some(6).map(sorted)),
  });

  test.each(changes)('every instant is due that should be, around the change of %s at %s', (zone, change) => {
    const at = Date.parse(change);
    const span = 3 * 86_400_000;
    const walls = wallClock(zone, at - span, at + span);
    fc.assert(
      fc.property(named, (given) => {
        const expected = dueWithin(given, walls);
        const found: number[] = [];
        const [from, to] = [at - span + 86_400_000, at + span - 86_400_000];
        for (let next = cron.next(cronOf(given), zone, from); next !== null && next < to; ) {
          found.push(next);
          next = cron.next(cronOf(given), zone, next);
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});
