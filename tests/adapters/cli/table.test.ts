/** Tables, ages and sizes as people read them, and names as people write them. */
import { describe, expect, it } from 'vitest';
import { readNames } from '../../../adapters/cli/actions/kinds.ts';
import { age, sizeText } from '../../../adapters/cli/format.ts';
import { idIn } from '../../../adapters/cli/names.ts';
import { makePaint } from '../../../adapters/cli/paint.ts';
import { type Column, plain, tableLines } from '../../../adapters/cli/table.ts';

interface Row {
  readonly name: string;
  readonly count: number;
  readonly why: string | null;
}

const columns: readonly Column<Row>[] = [
  { title: 'NAME', of: ({ name }) => name, colour: () => 'green' },
  { title: 'COUNT', of: ({ count }) => count, right: true },
  { title: 'WHY', of: ({ why }) => why },
];
const rows: readonly Row[] = [
  { name: 'a', count: 1, why: null },
  { name: 'longer', count: 1000, why: 'a reason that is long' },
];

describe('a table', () => {
  it('has columns as wide as what is in them, numbers to the right, and no blanks at the end', () => {
    expect(tableLines(rows, columns, { paint: makePaint(false), columns: null })).toEqual([
      'NAME     COUNT   WHY',
      'a            1',
      'longer    1000   a reason that is long',
    ]);
  });

  it('is as wide with colours as without, and cut where the terminal ends', () => {
    const lines = tableLines(rows, columns, { paint: makePaint(true), columns: 30 });
    const bare = lines.map((line) =>
      line.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), ''),
    );
    expect(bare).toEqual(['NAME     COUNT   WHY', 'a            1', 'longer    1000   a reason tha…']);
  });

  it('lets no text of somebody else steer the terminal', () => {
    expect(plain('a\u001b[2Jb\nc\u202Ed\u0007')).toBe('a [2Jb c d ');
  });
});

describe('words', () => {
  it.each([
    [0, '0s'],
    [59, '59s'],
    [61, '1m1s'],
    [600, '10m'],
    [3_600, '1h'],
    [100_000, '1d3h'],
    [10_000_000, '115d'],
  ])('call %d seconds %s', (seconds, text) => {
    expect(age(new Date(1_000_000 - seconds * 1000).toISOString(), 1_000_000)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KB'],
    [128 * 1024 ** 2, '128 MB'],
    [2 * 1024 ** 4, '2.0 TB'],
  ])('call %d bytes %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

describe('names on the command line', () => {
  const read = (words: readonly string[], namespace?: string) =>
    readNames(words, namespace).map(({ kind, ids }) => [kind.names[0], ids]);

  it('are a kind with names, or kind/name by itself', () => {
    expect(read(['deploy', 'web', 'api'])).toEqual([['deployment', ['web', 'api']]]);
    expect(read(['configs'])).toEqual([['config', []]]);
    expect(read(['deployment/web', 'deployment/api', 'ns/shop'])).toEqual([
      ['deployment', ['web', 'api']],
      ['namespace', ['shop']],
    ]);
  });

  it('are in the namespace that is named, where their kind is in one', () => {
    expect(read(['secret', 'db', 'db.lab'], 'shop')).toEqual([['secret', ['db.shop', 'db.lab']]]);
    expect(read(['volume', 'data'], 'shop')).toEqual([['volume', ['data']]]);
    expect(idIn('web', undefined)).toBe('web');
  });

  it.each([['wbe'], ['/web'], ['deployment/'], ['deployment/web', 'api']])('are not %j', (...words) => {
    expect(() => readNames(words, undefined)).toThrow();
  });
});
