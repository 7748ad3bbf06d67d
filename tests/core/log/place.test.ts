import { expect, it } from 'vitest';
import { makePlaces, parsePlace, resumedAt } from '../../../core/log/place.ts';
import type { Position } from '../../../core/log/position.ts';

const at = (second: number): string => `2024-01-15T10:30:${String(second).padStart(2, '0')}.000000000Z`;
const entry = (container: string, second: number) => ({
  message: '',
  timestamp: at(second),
  stream: 'stdout' as const,
  container,
  replica: 0,
});
const id = (letter: string): string => letter.repeat(64);

const resumed = (text: string, containers: readonly string[]): readonly (Position | null)[] => {
  const resume = parsePlace(text);
  if (!resume) throw new Error(`no place: ${text}`);
  return containers.map((container) => resumedAt(resume, container));
};

it('brings each container back to where it was, and a new one to its first line', () => {
  const places = makePlaces([[id('c'), { at: at(1), count: 0 }]]);
  places.after(entry(id('a'), 2));
  places.after(entry(id('b'), 3));
  const text = places.after(entry(id('b'), 3));
  expect(resumed(text, [id('a'), id('b'), id('c'), id('d')])).toEqual([
    { at: at(2), count: 1 },
    { at: at(3), count: 2 },
    { at: at(1), count: 0 },
    null,
  ]);
});

it('brings all containers to a time that stands by itself', () => {
  expect(resumed(at(4), [id('a')])).toEqual([{ at: at(4), count: 999_999_999 }]);
});

it('keeps those of the containers that were read last, and brings all others to the time of the last line', () => {
  const places = makePlaces([]);
  const containers = Array.from({ length: 40 }, (_, n) => `container-${String(n).padStart(2, '0')}`);
  const texts = containers.map((container, n) => places.after(entry(container, n)));
  expect(
    resumed(texts.at(-1) ?? '', [containers[39] ?? '', containers[8] ?? '', containers[7] ?? '']),
  ).toEqual([
    { at: at(39), count: 1 },
    { at: at(8), count: 1 },
    { at: at(39), count: 999_999_999 },
  ]);
});

it.each([
  '',
  'yesterday',
  `${at(1)};`,
  `${at(1)};a`,
  `${at(1)};a~x`,
  `${at(1)};a~1~soon`,
  `${at(1)};${'a'.repeat(13)}~1`,
])('takes %j for no place', (text) => {
  expect(parsePlace(text)).toBeNull();
});
