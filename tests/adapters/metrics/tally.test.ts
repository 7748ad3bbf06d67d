import { expect, it } from 'vitest';
import { makeCounter, makeSpread } from '../../../adapters/metrics/tally.ts';

it('counts by labels', () => {
  const counter = makeCounter({ name: 'c', help: 'c', labels: ['a', 'b'] });
  counter.add({ a: '1', b: '2' });
  counter.add({ b: '2', a: '1' }, 4);
  counter.add({ a: '1', b: '3' });
  expect(counter.values()).toEqual([
    { labels: { a: '1', b: '2' }, value: 5 },
    { labels: { a: '1', b: '3' }, value: 1 },
  ]);
});

it('holds a bounded number of label sets, whatever it is fed, and loses no count', () => {
  const counter = makeCounter({ name: 'c', help: 'c', labels: ['path'] });
  for (let number = 0; number < 5000; number += 1) counter.add({ path: `/${number}` });
  const values = counter.values();
  expect(values.length).toBe(1001);
  expect(values.find(({ labels }) => labels.path === 'other')?.value).toBe(4000);
  expect(values.reduce((sum, { value }) => sum + value, 0)).toBe(5000);
});

it('spreads durations over its bounds, each bound with all that are no longer', () => {
  const spread = makeSpread({ name: 's', help: 's', labels: [] }, [0.5, 1, 2]);
  for (const ms of [250, 500, 750, 2000, 4000]) spread.observe({}, ms);
  expect(spread.values()).toEqual([{ labels: {}, upTo: [2, 3, 4], sum: 7.5, count: 5 }]);
});
