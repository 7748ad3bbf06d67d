/** How lines of logs are shown, and what of them may reach a terminal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forTerminal, makeLineWriter, messageOf } from '../../../adapters/cli/logs/line.ts';
import { makePaint } from '../../../adapters/cli/paint.ts';
import type { LogEntry } from '../../../core/log/entry.ts';

const at = '2026-05-01T12:00:00.000000001Z';
const entry = (message: string, replica = 0): LogEntry => ({
  message: `${at} ${message}`,
  timestamp: at,
  stream: 'stdout',
  container: 'c0ffee',
  replica,
});
const bare = makePaint(false);
const coloured = makePaint(true);

describe('a line of a log', () => {
  it('is what was written, without the time that the API puts before it', () => {
    expect(messageOf(entry('hello  world '))).toBe('hello  world ');
    expect(messageOf({ ...entry(''), message: 'without a time' })).toBe('without a time');
  });

  it('says who wrote it and when, where that is asked for', () => {
    const line = makeLineWriter({ hasPrefix: true, hasTime: true, forTerminal: false, paint: bare });
    expect(line({ deployment: 'web', entry: entry('a') })).toBe(`web/0 | ${at} a`);
    expect(line({ deployment: 'database', entry: entry('b', 1) })).toBe(`database/1 | ${at} b`);
    expect(line({ deployment: 'web', entry: entry('c') })).toBe(`web/0      | ${at} c`);
  });

  it('gives each replica a colour and leaves it that', () => {
    const line = makeLineWriter({ hasPrefix: true, hasTime: false, forTerminal: true, paint: coloured });
    const colourOf = (replica: number) => line({ deployment: 'web', entry: entry('x', replica) }).slice(2, 4);
    const first = [0, 1, 2].map(colourOf);
    expect(new Set(first).size).toBe(3);
    expect([0, 1, 2].map(colourOf)).toEqual(first);
  });

  it.each([
    ['colours stay', '\u001b[1;31mred\u001b[0m', '\u001b[1;31mred\u001b[0m\u001b[0m'],
    ['the screen is not cleared', 'a\u001b[2Jb\u001b[10;1Hc', 'abc'],
    ['no title is written', 'a\u001b]0;title\u0007b\u001b]0;title\u001b\\c', 'abc'],
    ['nothing rings', 'a\u0007b\u0008c\u009b2J', 'abc2J'],
    ['tabs stay', 'a\tb', 'a\tb'],
    ['what was written over is gone', '10 %\r50 %\r100 %\r', '100 %'],
  ])('at a terminal: %s', (_title, text, shown) => {
    expect(forTerminal(text, coloured)).toBe(shown);
  });

  it('never brings a terminal anything but text, tabs and colours', () => {
    const text = fc
      .string({ unit: 'binary' })
      .map((one) => one.replaceAll('x', '\u001b[').replaceAll('y', '\u001b]'));
    fc.assert(
      fc.property(text, (one) => {
        expect(forTerminal(one, bare).replaceAll('\t', '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
