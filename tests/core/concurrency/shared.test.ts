import { expect, it } from 'vitest';
import { shared, sharedByKey } from '../../../core/concurrency/shared.ts';

/** Work that a test ends by hand. */
const byHand = () => {
  const ends: (() => void)[] = [];
  const work = (name = '') => {
    const number = ends.length + 1;
    return new Promise<string>((resolve, reject) => {
      ends.push(() => (name === 'bad' ? reject(new Error('no')) : resolve(`${name}${number}`)));
    });
  };
  return { ends, work };
};

it('gives one result to all who ask while it runs, and begins again after it', async () => {
  const { ends, work } = byHand();
  const ask = shared(() => work());
  const first = [ask(), ask()];
  ends[0]?.();
  expect(await Promise.all(first)).toEqual(['1', '1']);
  const second = ask();
  ends[1]?.();
  expect([await second, ends.length]).toEqual(['2', 2]);
});

it('keeps the keys apart, and begins again after a failure, which all of them hear of', async () => {
  const { ends, work } = byHand();
  const ask = sharedByKey(work);
  const asked = [ask('bad'), ask('good'), ask('bad')];
  for (const end of ends) end();
  const rejected = { status: 'rejected', reason: new Error('no') };
  expect(await Promise.allSettled(asked)).toEqual([
    rejected,
    { status: 'fulfilled', value: 'good2' },
    rejected,
  ]);
  const again = ask('bad');
  ends[2]?.();
  await expect(again).rejects.toThrow('no');
});
