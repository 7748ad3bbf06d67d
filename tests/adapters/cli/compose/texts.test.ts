import { describe, expect, it } from 'vitest';
import {
  durationMs,
  labelOf,
  rewriteVariables,
  splitColons,
  splitWords,
} from '../../../../adapters/cli/compose/texts.ts';

describe('rewriting the variables of Compose', () => {
  it.each([
    { text: '$A and ${B}', expected: '${A} and ${B}', needed: ['A', 'B'], lost: [] },
    { text: '${A-x}${B:-y}', expected: '${A:-x}${B:-y}', needed: [], lost: [] },
    { text: '${A:?needed}${B?}', expected: '${A}${B}', needed: ['A', 'B'], lost: [] },
    { text: '${A:-${B:-$C}}', expected: '${A:-${B:-${C}}}', needed: ['C'], lost: [] },
    { text: '${A:+x}', expected: '${A:-}', needed: [], lost: ['${A:+x}'] },
    { text: '$$5 and $5 $', expected: '$$5 and $5 $', needed: [], lost: [] },
  ])('makes $text', ({ text, expected, needed, lost }) => {
    expect(rewriteVariables(text)).toEqual({ text: expected, needed, lost });
  });
});

describe('the small languages of Compose', () => {
  it('parts texts at colons, but not within variables', () => {
    expect(splitColons('127.0.0.1:${PORT:-80}:80')).toEqual(['127.0.0.1', '${PORT:-80}', '80']);
    expect(splitColons('')).toEqual(['']);
  });

  it('parts commands as a shell does', () => {
    expect(splitWords(`sh -c "echo \\"a b\\" $X" 'it''s' a\\ b ""`)).toEqual([
      'sh',
      '-c',
      'echo "a b" $X',
      'its',
      'a b',
      '',
    ]);
    expect(splitWords('  ')).toEqual([]);
    expect(splitWords('echo "open')).toBeNull();
  });

  it('reads durations', () => {
    expect(['1m30s', '1.5s', '90', 30, 'soon'].map(durationMs)).toEqual([90_000, 1500, null, 30_000, null]);
  });

  it('makes DNS labels of names', () => {
    expect(['web', 'Plausible_db', '__x..y__', '_'].map(labelOf)).toEqual([
      'web',
      'plausible-db',
      'x-y',
      'app',
    ]);
  });
});
