/** How many at once, and whose turn it is. */
import { expect, it } from 'vitest';
import { makePlaces } from '../../core/places.ts';
import { settle } from '../support/virtual-clock.ts';

/** Work that goes on until it is ended, and the order in which it began. */
function makeWork(limits: { readonly each: number; readonly all: number }) {
  const place = makePlaces(limits);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (group: string, name: string) =>
    void place(group, () => {
      begun.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await settle();
  };
  return { add, end, begun, place };
}

it('bounds those of one group', async () => {
  const { add, end, begun } = makeWork({ each: 2, all: 10 });
  for (const name of ['a1', 'a2', 'a3', 'a4']) add('a', name);
  await settle();
  expect(begun).toEqual(['a1', 'a2']);
  await end('a2');
  expect(begun).toEqual(['a1', 'a2', 'a3']);
});

it('lets no group wait for another that has its share', async () => {
  const { add, begun } = makeWork({ each: 2, all: 10 });
  for (const name of ['a1', 'a2', 'a3', 'b1']) add(name.slice(0, 1), name);
  await settle();
  expect(begun).toEqual(['a1', 'a2', 'b1']);
});

it('bounds all, and lets groups take turns', async () => {
  const { add, end, begun } = makeWork({ each: 2, all: 2 });
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) add(name.slice(0, 1), name);
  await settle();
  await end('a1');
  await end('a2');
  await end('b1');
  await end('c1');
  await end('a3');
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'a4', 'b2']);
});

it('gives a place back when work fails', async () => {
  const { place } = makeWork({ each: 1, all: 1 });
  await expect(place('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await place('a', async () => undefined);
});
