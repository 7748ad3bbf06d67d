/** How long Ring waits before it tries again. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { waitAfter, waitAfterFailure } from '../../../core/reconcile/backoff.ts';

const tries = fc.integer({ min: 0, max: 100 });

it('does not wait after the first try, then a second, doubling up to five minutes', () => {
  const seconds = [0, 1, 2, 3, 4, 9, 10, 11, 50].map((count) => Math.floor(waitAfter(count, '') / 1000));
  expect(seconds.slice(0, 2)).toEqual([0, 0]);
  const bases = [1, 2, 4, 128, 256, 300, 300];
  seconds.slice(2).forEach((wait, index) => {
    const base = bases[index] ?? 0;
    expect(wait).toBeGreaterThanOrEqual(base);
    expect(wait).toBeLessThanOrEqual(base * 1.2);
  });
});

it('waits the same for the same key, and at least a second after a refusal', () => {
  fc.assert(
    fc.property(tries, fc.string(), (count, key) => {
      expect(waitAfter(count, key)).toBe(waitAfter(count, key));
      expect(waitAfterFailure(count, key)).toBe(Math.max(1_000, waitAfter(count, key)));
    }),
  );
});

it('waits as long as it was asked to', () => {
  expect(waitAfterFailure(1, 'key', 90)).toBe(90_000);
});

it('does not wait alike for different keys', () => {
  const waits = new Set(Array.from({ length: 50 }, (_, index) => waitAfter(5, `uid-${index}/0`)));
  expect(waits.size).toBeGreaterThan(40);
});
