import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeClock } from '../../../adapters/node/clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const day = 86_400_000;

it('sleeps for months, and not a moment less', async () => {
  let isAwake = false;
  void makeClock()
    .sleep(90 * day)
    .then(() => {
      isAwake = true;
    });
  await vi.advanceTimersByTimeAsync(90 * day - 1);
  expect(isAwake).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isAwake).toBe(true);
});

it('wakes when its signal aborts, and leaves no timer behind', async () => {
  const waking = new AbortController();
  const sleeping = makeClock().sleep(90 * day, waking.signal);
  await vi.advanceTimersByTimeAsync(30 * day);
  waking.abort();
  await sleeping;
  expect(vi.getTimerCount()).toBe(0);
});
