/** How much goes on at once. */
import { expect, it } from 'vitest';
import { makeLimit } from '../../../../core/reconcile/execute/limit.ts';
import { settle } from '../../../support/virtual-clock.ts';

it('runs no more at once than it may, first come, first served, failures included', async () => {
  const limit = makeLimit(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const works = [0, 1, 2, 3].map((number) =>
    limit(async () => {
      begun.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 0) throw new Error('refused');
      return number;
    }),
  );
  const outcomes = Promise.allSettled(works);
  await settle();
  expect(begun).toEqual([0, 1]);
  ends[0]?.();
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  ends[1]?.();
  ends[2]?.();
  await settle();
  ends[3]?.();
  expect((await outcomes).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});
