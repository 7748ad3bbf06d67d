import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByTime } from '../../../core/log/merge.ts';

interface Item {
  readonly timestamp: string;
  readonly list: number;
  readonly index: number;
}

const stamp = (ms: number) => `2024-01-15T10:30:00.${String(ms).padStart(9, '0')}Z`;

/** Lists of lines in the order of their times, with many equal times among them. */
const sortedLists = fc
  .array(fc.array(fc.nat({ max: 20 }), { maxLength: 30 }), { maxLength: 8 })
  .map((lists) =>
    lists.map((times, list) =>
      times
        .sort((one, other) => one - other)
        .map((ms, index): Item => ({ timestamp: stamp(ms), list, index })),
    ),
  );

/** Lists whose clock may have been set back. */
const unsortedLists = fc
  .array(fc.array(fc.nat({ max: 20 }), { maxLength: 30 }), { maxLength: 8 })
  .map((lists) =>
    lists.map((times, list) => times.map((ms, index): Item => ({ timestamp: stamp(ms), list, index }))),
  );

describe('merging logs', () => {
  it('gives what a stable sort by time gives', () => {
    fc.assert(
      fc.property(sortedLists, (lists) => {
        const sorted = lists
          .flat()
          .sort((one, other) =>
            one.timestamp < other.timestamp ? -1 : one.timestamp > other.timestamp ? 1 : 0,
          );
        expect(mergeByTime(lists)).toEqual(sorted);
      }),
    );
  });

  it('loses nothing, repeats nothing and keeps the order of each list, even where a clock was set back', () => {
    fc.assert(
      fc.property(unsortedLists, (lists) => {
        const merged = mergeByTime(lists);
        for (const [list, items] of lists.entries()) {
          expect(merged.filter((item) => item.list === list)).toEqual(items);
        }
        expect(merged).toHaveLength(lists.flat().length);
      }),
    );
  });

  it('can be done in parts', () => {
    fc.assert(
      fc.property(sortedLists, fc.nat({ max: 8 }), (lists, cut) => {
        const parts = mergeByTime([mergeByTime(lists.slice(0, cut)), ...lists.slice(cut)]);
        expect(parts).toEqual(mergeByTime(lists));
      }),
    );
  });
});
