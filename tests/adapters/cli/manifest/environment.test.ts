import { describe, expect, it } from 'vitest';
import { merged, parseEnvFile } from '../../../../adapters/cli/manifest/environment.ts';

describe('reading an env file', () => {
  it('reads names and values, quotes, comments and export', () => {
    const text = [
      '\uFEFF# who we are',
      'NAME=ring',
      ' export TAG = 1.27 # the newest',
      '',
      'URL=http://x/#fragment',
      'EMPTY=',
      `SINGLE='a # "b" \\n'`,
      'DOUBLE="a\\nb \\"c\\" \\$d" # e',
      'EQUALS=a=b\r',
    ].join('\n');
    expect(parseEnvFile(text)).toEqual({
      variables: {
        NAME: 'ring',
        TAG: '1.27',
        URL: 'http://x/#fragment',
        EMPTY: '',
        SINGLE: 'a # "b" \\n',
        DOUBLE: 'a\nb "c" $d',
        EQUALS: 'a=b',
      },
      faults: [],
    });
  });

  it('says which lines it cannot read', () => {
    expect(parseEnvFile('A=1\nnonsense\nB="open\n1C=2')).toEqual({
      variables: { A: '1' },
      faults: [
        { line: 2, message: 'must be NAME=value or a comment' },
        { line: 3, message: 'has a quote that is not closed' },
        { line: 4, message: 'must be NAME=value or a comment' },
      ],
    });
  });

  it('lets a later file beat an earlier one, and the environment beat both', () => {
    const variables = merged(
      [
        { A: '1', B: '1', C: '1' },
        { B: '2', C: '2' },
      ],
      { C: '3' },
    );
    expect({ ...variables }).toEqual({ A: '1', B: '2', C: '3' });
  });
});
