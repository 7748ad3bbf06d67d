import { describe, expect, test } from 'vitest';
import { makeCron } from '../../../adapters/cron/cron.ts';
import { unbegun } from '../../../core/run/run.ts';
import { considerSchedule, type ScheduleInput } from '../../../core/run/schedule.ts';
import type { ScheduleMemory } from '../../../core/run/schedule-memory.ts';
import type { Schedule } from '../../../core/run/terms.ts';
import { aRunRecord } from '../../support/records.ts';

const cron = makeCron();
const minuteMs = 60_000;
const noon = Date.parse('2026-06-01T12:00:00.000Z');
const text = (at: number) => new Date(at).toISOString();

const aSchedule = (changes: Partial<Schedule> = {}): Schedule => ({
  cron: '0 * * * *',
  timeZone: 'UTC',
  catchUp: 'none',
  suspended: false,
  ...changes,
});

/** Every hour, declared at noon, at first looked at then. */
const look = (changes: Partial<ScheduleInput> = {}) =>
  considerSchedule(
    {
      uid: 'uid-web',
      terms: { schedule: aSchedule(), concurrency: 'forbid' },
      declaredAt: noon,
      memory: null,
      runs: [],
      now: noon,
      ...changes,
    },
    { cron, lateMs: 10 * minuteMs },
  );

const waiting: ScheduleMemory = {
  terms: '["0 * * * *","UTC",false]',
  through: text(noon),
  nextAt: text(noon + 60 * minuteMs),
  lastAt: null,
};

const begun = (at: number, changes = {}) =>
  aRunRecord({ cause: 'schedule', scheduledAt: text(at), author: '', ...changes });

const busy = aRunRecord({ number: 7, cause: 'manual', result: { ...unbegun, state: 'running' } });

const messages = (finding: ReturnType<typeof look>) =>
  finding.events.map(({ reason, message }) => `${reason}: ${message}`);

describe('a schedule', () => {
  test('waits for its first instant after it was declared, and says when to look', () => {
    expect(look()).toEqual({
      memory: waiting,
      begins: null,
      cancelled: [],
      events: [],
      dueAt: noon + 60 * minuteMs,
    });
  });

  test('begins a run when an instant is due, and asks for it until it is there', () => {
    const due = noon + 60 * minuteMs;
    const first = look({ memory: waiting, now: due });
    expect(first).toMatchObject({ begins: due, events: [], dueAt: due });
    expect(look({ memory: first.memory, now: due + 5 })).toMatchObject({ begins: due, events: [] });
    const seen = look({ memory: first.memory, now: due + 5, runs: [begun(due, { number: 3 })] });
    expect(seen).toEqual({
      memory: { ...waiting, through: text(due), lastAt: text(due), nextAt: text(due + 60 * minuteMs) },
      begins: null,
      cancelled: [],
      events: [
        expect.objectContaining({
          reason: 'RunCreated',
          message: 'Run 3 created: it was due at 2026-06-01T13:00:00.000Z',
        }),
      ],
      dueAt: due + 60 * minuteMs,
    });
    expect(look({ memory: seen.memory, now: due + 9, runs: [begun(due, { number: 3 })] }).events).toEqual([]);
  });

  test('is no part of a job that has none', () => {
    const none = { schedule: null, concurrency: 'forbid' } as const;
    expect(look({ terms: none, memory: waiting, now: noon + 90 * minuteMs })).toEqual({
      memory: null,
      begins: null,
      cancelled: [],
      events: [],
      dueAt: null,
    });
  });
});

describe('while a run is not over', () => {
  const due = noon + 60 * minuteMs;
  const with7 = (concurrency: 'forbid' | 'allow' | 'replace') =>
    look({ memory: waiting, now: due, runs: [busy], terms: { schedule: aSchedule(), concurrency } });

  test('forbid skips what is due and says so, a manual run counting', () => {
    const finding = with7('forbid');
    expect(finding).toMatchObject({ begins: null, cancelled: [], dueAt: due + 60 * minuteMs });
    expect(messages(finding)).toEqual([
      'RunSkipped: A run that is due is skipped: run 7 is not over, and concurrency is forbid',
    ]);
    expect(look({ memory: finding.memory, now: due + minuteMs })).toMatchObject({ begins: null, events: [] });
  });

  test('allow begins another beside it', () => {
    expect(with7('allow')).toMatchObject({ begins: due, cancelled: [] });
  });

  test('replace asks it to end and begins another', () => {
    expect(with7('replace')).toMatchObject({
      begins: due,
      cancelled: [{ number: 7, reason: 'replaced by the run that was due at 2026-06-01T13:00:00.000Z' }],
    });
  });

  test('no more than a hundred are not over, whatever is said', () => {
    const runs = Array.from({ length: 100 }, (_, index) => ({ ...busy, number: index + 1 }));
    const terms = { schedule: aSchedule(), concurrency: 'allow' } as const;
    const finding = look({ memory: waiting, now: due, runs, terms });
    expect(finding.begins).toBeNull();
    expect(messages(finding)).toEqual(['RunSkipped: A run that is due is skipped: 100 runs are not over']);
    expect(look({ memory: waiting, now: due, runs: runs.slice(1), terms }).begins).toBe(due);
  });

  test('replace asks nobody twice, and nobody who is over', () => {
    const runs = [
      { ...busy, cancelReason: 'cancelled by alice' },
      aRunRecord({ number: 6, result: { ...unbegun, state: 'completed' } }),
    ];
    const terms = { schedule: aSchedule(), concurrency: 'replace' } as const;
    expect(look({ memory: waiting, now: due, runs, terms }).cancelled).toEqual([]);
  });
});

describe('after a time without a look', () => {
  const lookAfter = (ms: number, catchUp: 'none' | 'last' = 'none') =>
    look({
      memory: waiting,
      now: noon + ms,
      terms: { schedule: aSchedule({ catchUp }), concurrency: 'allow' },
    });

  test('what is late by a little is begun, whatever is said about catching up', () => {
    expect(lookAfter(69 * minuteMs)).toMatchObject({ begins: noon + 60 * minuteMs, events: [] });
  });

  test('what is late by much is skipped and said to be, without catching up', () => {
    const finding = lookAfter(75 * minuteMs);
    expect(finding).toMatchObject({ begins: null, dueAt: noon + 120 * minuteMs });
    expect(messages(finding)).toEqual([
      'RunSkipped: What was due at 2026-06-01T13:00:00.000Z is skipped: nobody could begin it until 2026-06-01T13:15:00.000Z, and catch_up is none',
    ]);
  });

  test('of much that was missed only the last is caught up', () => {
    const finding = lookAfter(1000 * 60 * minuteMs + 30 * minuteMs, 'last');
    expect(finding.begins).toBe(noon + 1000 * 60 * minuteMs);
    expect(messages(finding)).toEqual([
      'RunSkipped: Of several runs that were due by now only the last begins',
    ]);
  });

  test('years of missed seconds are no work', () => {
    let asked = 0;
    const counting = {
      next(text: string, zone: string, at: number) {
        asked += 1;
        return cron.next(text, zone, at);
      },
    };
    const schedule = aSchedule({ cron: '* * 3 * * *', catchUp: 'last' });
    const now = noon + 3 * 365 * 1440 * minuteMs;
    const input = { uid: 'u', declaredAt: noon, memory: null, runs: [], now };
    const finding = considerSchedule(
      { ...input, terms: { schedule, concurrency: 'forbid' } },
      { cron: counting, lateMs: 1 },
    );
    expect(finding.begins).toBe(now - 12 * 60 * minuteMs + 4 * 60 * minuteMs - 1000);
    expect(asked).toBeLessThan(60);
  });
});

describe('a schedule that is changed', () => {
  test('starts from its declaration and makes up for nothing', () => {
    const terms = {
      schedule: aSchedule({ cron: '*/30 * * * *', catchUp: 'last' }),
      concurrency: 'forbid',
    } as const;
    const declaredAt = noon + 200 * minuteMs;
    expect(look({ memory: waiting, terms, declaredAt, now: declaredAt + minuteMs })).toMatchObject({
      begins: null,
      events: [],
      dueAt: noon + 210 * minuteMs,
    });
  });

  test('keeps what is due where only other terms changed', () => {
    const terms = { schedule: aSchedule({ catchUp: 'last' }), concurrency: 'allow' } as const;
    const declaredAt = noon + 61 * minuteMs;
    expect(look({ memory: waiting, terms, declaredAt, now: declaredAt })).toMatchObject({
      begins: noon + 60 * minuteMs,
    });
  });

  test('begins nothing while it is suspended, and makes up for nothing when it is resumed', () => {
    const suspended = {
      schedule: aSchedule({ suspended: true, catchUp: 'last' }),
      concurrency: 'forbid',
    } as const;
    const still = look({
      memory: waiting,
      terms: suspended,
      declaredAt: noon + 1,
      now: noon + 500 * minuteMs,
    });
    expect(still).toMatchObject({ begins: null, events: [], dueAt: null, memory: { nextAt: null } });
    const again = look({
      memory: still.memory,
      terms: suspended,
      declaredAt: noon + 1,
      now: noon + 600 * minuteMs,
    });
    expect(again.memory).toEqual(still.memory);
    const terms = { schedule: aSchedule({ catchUp: 'last' }), concurrency: 'forbid' } as const;
    const declaredAt = noon + 601 * minuteMs;
    expect(look({ memory: again.memory, terms, declaredAt, now: declaredAt })).toMatchObject({
      begins: null,
      events: [],
      dueAt: noon + 660 * minuteMs,
    });
  });
});

describe('a clock that is set', () => {
  const due = noon + 60 * minuteMs;
  const past = { ...waiting, through: text(due), lastAt: text(due), nextAt: text(due + 60 * minuteMs) };

  test('back a little brings no instant again', () => {
    expect(look({ memory: past, now: due - 90 * minuteMs })).toMatchObject({
      memory: past,
      begins: null,
      dueAt: due + 60 * minuteMs,
    });
  });

  test('back by much was wrong before: it goes on from now', () => {
    const now = due - 1000 * minuteMs;
    const finding = look({ memory: past, now, runs: [begun(due)] });
    expect(finding).toMatchObject({
      begins: null,
      events: [],
      memory: { through: text(now), lastAt: text(due) },
    });
    expect(finding.dueAt).toBeLessThanOrEqual(now + 60 * minuteMs);
  });

  test('back by much still begins no run for an instant that has one', () => {
    const memory = { ...past, through: text(due - minuteMs), nextAt: text(due) };
    expect(look({ memory, now: due, runs: [begun(due)] })).toMatchObject({ begins: null });
  });
});

test('a cron that is never due any more waits for ever', () => {
  const never = { next: () => null };
  const terms = { schedule: aSchedule(), concurrency: 'forbid' } as const;
  const input = { uid: 'u', terms, declaredAt: noon, memory: null, runs: [], now: noon };
  expect(considerSchedule(input, { cron: never, lateMs: 1 })).toMatchObject({
    memory: { nextAt: null },
    begins: null,
    dueAt: null,
  });
});
