import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSelected,
  longestSelector,
  parseSelector,
  type Requirement,
} from '../../../core/deployment/selector.ts';

describe('a selector', () => {
  it('asks for a value, for another value, for a key and for no such key', () => {
    expect(parseSelector('app=web,tier!=db,public,!legacy')).toEqual([
      { kind: 'equals', key: 'app', value: 'web' },
      { kind: 'differs', key: 'tier', value: 'db' },
      { kind: 'present', key: 'public' },
      { kind: 'absent', key: 'legacy' },
    ]);
  });

  it('may have spaces around its parts, a doubled sign and an empty value', () => {
    expect(parseSelector(' app == web , ! old ,note= ')).toEqual([
      { kind: 'equals', key: 'app', value: 'web' },
      { kind: 'absent', key: 'old' },
      { kind: 'equals', key: 'note', value: '' },
    ]);
  });

  it('keeps signs that stand in a value', () => {
    expect(parseSelector('a=b=c,d=!e')).toEqual([
      { kind: 'equals', key: 'a', value: 'b=c' },
      { kind: 'equals', key: 'd', value: '!e' },
    ]);
  });

  it.each(['', ' ', ',', 'a,', ',a', '=b', '!', 'a!b', '!a=b', 'two words', 'a=b,,c'])(
    'is not %j',
    (text) => {
      expect(() => parseSelector(text)).toThrow(/must be a selector such as app=web/);
    },
  );

  it('is refused soon, however it repeats itself', () => {
    const text = `${'a=  ,'.repeat(800)}!!`;
    expect(text.length).toBeLessThan(longestSelector);
    expect(() => parseSelector(text)).toThrow(/must be a selector/);
    expect(() => parseSelector('a'.repeat(longestSelector + 1))).toThrow(/must be a selector/);
  });

  it('takes a label that is missing for another value', () => {
    expect(isSelected({}, parseSelector('tier!=db'))).toBe(true);
    expect(isSelected({ tier: 'db' }, parseSelector('tier!=db'))).toBe(false);
  });

  it('knows no label by the names that every object has', () => {
    expect(isSelected({}, parseSelector('constructor'))).toBe(false);
    expect(isSelected({}, parseSelector('!toString'))).toBe(true);
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9./_-]{0,6}$/);
const labels = fc.dictionary(word, word, { maxKeys: 6 });
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({ kind: fc.constantFrom('equals' as const, 'differs' as const), key: word, value: word }),
  fc.record({ kind: fc.constantFrom('present' as const, 'absent' as const), key: word }),
);
const selector = fc.array(requirement, { minLength: 1, maxLength: 5 });

const written = (one: Requirement): string => {
  if (one.kind === 'present') return one.key;
  if (one.kind === 'absent') return `!${one.key}`;
  if (one.kind === 'equals') return `${one.key}=${one.value}`;
  return `${one.key}!=${one.value}`;
};

const opposites = { present: 'absent', absent: 'present', equals: 'differs', differs: 'equals' } as const;

const opposite = (one: Requirement): Requirement => ({ ...one, kind: opposites[one.kind] }) as Requirement;

describe('any selector', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(selector, (one) => {
        expect(parseSelector(one.map(written).join(','))).toEqual(one);
      }),
    );
  });

  it('selects what each of its parts selects, in any order', () => {
    fc.assert(
      fc.property(selector, labels, (one, given) => {
        const each = one.every((part) => isSelected(given, [part]));
        expect(isSelected(given, one)).toBe(each);
        expect(isSelected(given, one.toReversed())).toBe(each);
      }),
    );
  });

  it('selects by each part exactly what its opposite does not', () => {
    fc.assert(
      fc.property(requirement, labels, (one, given) => {
        expect(isSelected(given, [one])).toBe(!isSelected(given, [opposite(one)]));
      }),
    );
  });

  it('is read or refused, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        try {
          expect(parseSelector(text).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
        }
      }),
    );
  });
});
