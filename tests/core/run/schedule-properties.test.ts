import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyLife, type Life, type Looked, lateMs, live, start } from './schedule-life.ts';

const begunIn = (looked: readonly Looked[]) =>
  looked.flatMap(({ begins }) => (begins === null ? [] : [begins]));

/** Instants that are neither begun nor covered by a look that says that it skipped some. */
function unaccounted(looked: readonly Looked[], periodMs: number): readonly number[] {
  const last = looked.at(-1)?.now ?? start;
  const due: number[] = [];
  for (let at = start + periodMs; at <= last; at += periodMs) due.push(at);
  const begun = new Set(begunIn(looked));
  const isSkipped = (at: number) =>
    looked.some(
      ({ now, skipped }, index) => skipped && at <= now && at > (spokeBefore(looked, index) ?? start),
    );
  return due.filter((at) => !begun.has(at) && !isSkipped(at));
}

/** Up to when all was dealt with before a look, as far as that can be told from outside. */
const spokeBefore = (looked: readonly Looked[], index: number): number | undefined =>
  looked.slice(0, index).findLast(({ begins, skipped }) => begins !== null || skipped)?.begins ?? undefined;

describe('whatever happens to a schedule', () => {
  test('no instant begins a run twice, and instants only go forward', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const begun = begunIn(live(life));
        expect(begun).toEqual([...new Set(begun)].sort((a, b) => a - b));
      }),
    );
  });

  test('no run begins before its instant, too late without catching up, or beside another where that is forbidden', () => {
    const isWrong = (life: Life, { now, begins, busy }: Looked): boolean =>
      begins !== null &&
      (begins > now ||
        (life.catchUp === 'none' && now - begins > lateMs) ||
        (life.concurrency === 'forbid' && busy));
    fc.assert(
      fc.property(anyLife, (life) => {
        expect(live(life).filter((looked) => isWrong(life, looked))).toEqual([]);
      }),
    );
  });

  test('every instant is begun or said to be skipped, whatever was lost on the way', () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const steps = life.steps.filter(({ kind }) => kind !== 'back');
        const looked = live({
          ...life,
          steps: [...steps, { kind: 'look', afterMs: 0 }, { kind: 'look', afterMs: 0 }],
        });
        expect(unaccounted(looked, life.periodMs)).toEqual([]);
      }),
    );
  });

  test('looked at more often than it is due, with nothing in the way, every instant begins exactly once', () => {
    const waits = fc.array(fc.integer({ min: 1, max: 4999 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(waits, (given) => {
        const steps = given.map((afterMs) => ({ kind: 'look' as const, afterMs }));
        const looked = live({ periodMs: 5000, concurrency: 'allow', catchUp: 'none', steps });
        const last = looked.at(-1)?.now ?? start;
        const due = Array.from(
          { length: Math.floor((last - start) / 5000) },
          (_, at) => start + 5000 * (at + 1),
        );
        expect(begunIn(looked)).toEqual(due);
      }),
    );
  });
});
