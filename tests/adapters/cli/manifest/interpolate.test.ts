import { describe, expect, it } from 'vitest';
import { interpolate } from '../../../../adapters/cli/manifest/interpolate.ts';

const variables = { TAG: '1.27', EMPTY: '', NESTED: 'x${TAG}$$' };

describe('putting variables into a text', () => {
  it.each([
    ['nothing to replace', 'nothing to replace'],
    ['nginx:${TAG}', 'nginx:1.27'],
    ['${TAG}-${TAG}', '1.27-1.27'],
    ['${MISSING:-latest}', 'latest'],
    ['${EMPTY:-latest}', 'latest'],
    ['${EMPTY}', ''],
    ['${MISSING:-}', ''],
    ['${MISSING:-${TAG}}', '1.27'],
    ['${MISSING:-http://x:80/}', 'http://x:80/'],
    ['$${TAG}', '${TAG}'],
    ['pay $$5', 'pay $5'],
    ['$$$$', '$$'],
    ['$host and $1 and a last $', '$host and $1 and a last $'],
    ['${NESTED}', 'x${TAG}$$'],
  ])('makes %s', (text, expected) => {
    expect(interpolate(text, variables)).toEqual({ text: expected });
  });

  it.each([
    ['${MISSING}', /^MISSING is not set/],
    ['${MISSING:-${OTHER}}', /^OTHER is not set/],
    ['${TAG', /without a "}"/],
    ['${}', /forms are/],
    ['${TAG:?no tag}', /forms are/],
    ['${1}', /forms are/],
    ['${toString}', /^toString is not set/],
  ])('refuses %s', (text, fault) => {
    expect(interpolate(text, variables)).toEqual({ fault: expect.stringMatching(fault) });
  });
});
