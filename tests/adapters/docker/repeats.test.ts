import { expect, it } from 'vitest';
import { makeRepeats } from '../../../adapters/docker/repeats.ts';
import type { LogLine } from '../../../core/runtime.ts';

const line = (n: number, message: string, stream: LogLine['stream'] = 'stdout'): LogLine => ({
  at: `2026-11-23T10:00:00.${String(n).padStart(9, '0')}Z`,
  stream,
  message,
});

const kept = (lines: readonly LogLine[]): readonly string[] => {
  const isRepeat = makeRepeats();
  return lines.filter((each) => !isRepeat(each)).map(({ message }) => message);
};

it('drops what a rotation repeats, and nothing else', () => {
  const lines = [
    line(1, 'a'),
    line(2, 'same'),
    line(2, 'same'),
    line(2, 'err', 'stderr'),
    line(1, 'late', 'stderr'),
    // From here on again, twice.
    line(1, 'a'),
    line(2, 'same'),
    line(2, 'same'),
    line(2, 'same'),
    line(2, 'new'),
    line(3, 'b'),
    line(2, 'same'),
    line(2, 'new'),
    line(3, 'b'),
    line(3, 'b'),
  ];
  expect(kept(lines)).toEqual(['a', 'same', 'same', 'err', 'late', 'same', 'new', 'b', 'b']);
});

it('passes on what is written after the clock was set back, long lines included', () => {
  const long = 'x'.repeat(1000);
  const lines = [line(5, 'a'), line(6, `${long}1`), line(1, 'b'), line(2, `${long}1`), line(2, `${long}2`)];
  expect(kept(lines)).toEqual(lines.map(({ message }) => message));
});

it('remembers the last thousand lines', () => {
  const lines = Array.from({ length: 1001 }, (_, n) => line(n, `${n}`));
  const again = kept([...lines, ...lines.slice(0, 2).reverse()]).slice(lines.length);
  expect(again).toEqual(['0']);
});
