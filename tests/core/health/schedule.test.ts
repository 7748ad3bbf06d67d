/** When checks are due. */
import { expect, it } from 'vitest';
import { firstDueAt, isAstray, isOverdue, paceOf, shareOf } from '../../../core/health/schedule.ts';
import { freshState } from '../../../core/health/verdict.ts';
import { anHttpCheck } from '../../support/health.ts';

it('asks a thousand that began together at times spread over the first second, the same each time', () => {
  const keys = Array.from({ length: 1000 }, (_, index) => `${index}/0`);
  const dues = keys.map((key) => firstDueAt(key, 5_000));
  expect(keys.map((key) => firstDueAt(key, 5_000))).toEqual(dues);
  const tenths = Array.from(
    { length: 10 },
    (_, tenth) => dues.filter((due) => Math.floor((due - 5_000) / 100) === tenth).length,
  );
  expect(Math.min(...tenths)).toBeGreaterThan(50);
  expect(tenths.reduce((sum, count) => sum + count, 0)).toBe(1000);
});

it('spreads the checks of one instance, too', () => {
  const id = 'f'.repeat(64);
  const shares = Array.from({ length: 10 }, (_, index) => Math.floor(shareOf(`${id}/${index}`) * 10));
  expect(new Set(shares).size).toBeGreaterThan(4);
});

it.each([
  [100_000, false],
  [109_999, false],
  [90_001, false],
  [90_000, true],
  [110_000, false],
  [110_001, true],
])('what is due at %i has lost touch with a time of 100000: %j', (dueAt, expected) => {
  expect(isAstray(dueAt, anHttpCheck(), 100_000)).toBe(expected);
});

it('asks more often while failures do not count yet', () => {
  const check = anHttpCheck({ startPeriodMs: 30_000 });
  const starting = freshState(check, 0);
  expect(paceOf(check, starting, 29_999)).toBe(1_000);
  expect(paceOf(check, starting, 30_000)).toBe(10_000);
  expect(paceOf(check, { ...starting, graceUntil: null }, 1)).toBe(10_000);
});

it.each([
  [null, true],
  [91_001, false],
  [91_000, true],
  [90_000, true],
  [100_001, true],
])('what was last asked at %j is overdue for a run at 100000: %j', (lastAt, expected) => {
  expect(isOverdue(anHttpCheck(), lastAt, 100_000)).toBe(expected);
});
