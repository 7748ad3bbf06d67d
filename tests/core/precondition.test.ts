import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPreconditions, readCondition } from '../../core/precondition.ts';

const nothing = { match: null, noneMatch: null, isMatchRequired: false };

/** What comes of asking by these headers of something with this tag. */
const outcome = (
  asked: { readonly ifMatch?: string; readonly ifNoneMatch?: string; readonly isMatchRequired?: boolean },
  current: string | null,
  creates = false,
): string => {
  try {
    const match = readCondition('If-Match', asked.ifMatch ?? null);
    const noneMatch = readCondition('If-None-Match', asked.ifNoneMatch ?? null);
    const { isMatchRequired = false } = asked;
    checkPreconditions({ match, noneMatch, isMatchRequired }, { current, creates });
    return 'goes on';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'failed otherwise';
  }
};

describe('a condition', () => {
  it('is * or a list of tags', () => {
    const read = (text: string | null) => readCondition('If-Match', text);
    expect(read(null)).toBeNull();
    expect(read(' * ')).toBe('*');
    expect(read('"a"')).toEqual(['"a"']);
    expect(read(' "a" , W/"b,c","" ')).toEqual(['"a"', 'W/"b,c"', '""']);
  });

  it.each(['', 'a', '"a', 'a"', '"a" "b"', '"a",', ',"a"', 'w/"a"', '*,"a"', '"a b"'])(
    'is not %j',
    (text) => {
      expect(() => readCondition('If-None-Match', text)).toThrow(/^If-None-Match must be/);
    },
  );
});

describe('a precondition', () => {
  it('holds where the tag is among those that are asked for', () => {
    expect(outcome({ ifMatch: '"a", "b"' }, '"b"')).toBe('goes on');
    expect(outcome({ ifMatch: '"a"' }, '"b"')).toBe('PRECONDITION_FAILED');
    expect(outcome({ ifMatch: 'W/"b"' }, '"b"')).toBe('PRECONDITION_FAILED');
    expect(outcome({ ifMatch: '*' }, '"b"')).toBe('goes on');
  });

  it('of what is missing fails only where it would be made', () => {
    expect(outcome({ ifMatch: '"a"' }, null, true)).toBe('PRECONDITION_FAILED');
    expect(outcome({ ifMatch: '*' }, null, true)).toBe('PRECONDITION_FAILED');
    expect(outcome({ ifMatch: '"a"' }, null, false)).toBe('goes on');
  });

  it('against what is there already fails where it is there', () => {
    expect(outcome({ ifNoneMatch: '*' }, null, true)).toBe('goes on');
    expect(outcome({ ifNoneMatch: '*' }, '"a"', true)).toBe('PRECONDITION_FAILED');
    expect(outcome({ ifNoneMatch: 'W/"a"' }, '"a"', true)).toBe('PRECONDITION_FAILED');
    expect(outcome({ ifNoneMatch: '"b"' }, '"a"', true)).toBe('goes on');
  });

  it('is required only of what is there', () => {
    expect(outcome({ isMatchRequired: true }, '"a"', true)).toBe('PRECONDITION_REQUIRED');
    expect(outcome({ isMatchRequired: true }, null, true)).toBe('goes on');
    expect(outcome({ isMatchRequired: true, ifMatch: '"a"' }, '"a"')).toBe('goes on');
    expect(outcome({ isMatchRequired: true, ifNoneMatch: '*' }, '"a"', true)).toBe('PRECONDITION_FAILED');
    expect(() => checkPreconditions(nothing, { current: '"a"', creates: true })).not.toThrow();
  });

  it('lets exactly those through who name the tag, whatever the tags are', () => {
    const tag = fc.stringMatching(/^[!#-~]{0,5}$/).map((text) => `"${text}"`);
    fc.assert(
      fc.property(fc.array(tag, { minLength: 1, maxLength: 5 }), tag, (named, current) => {
        const meets = named.includes(current);
        expect(outcome({ ifMatch: named.join(',') }, current)).toBe(
          meets ? 'goes on' : 'PRECONDITION_FAILED',
        );
        expect(outcome({ ifNoneMatch: named.join(', ') }, current)).toBe(
          meets ? 'PRECONDITION_FAILED' : 'goes on',
        );
      }),
    );
  });
});
