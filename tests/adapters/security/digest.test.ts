import { expect, it } from 'vitest';
import { makeDigest } from '../../../adapters/security/digest.ts';

const key = new Uint8Array(32).fill(1);
const digest = makeDigest(key, 'requests');

it('is the same for the same text, and another one for another text, purpose or key', () => {
  const others = [
    digest('other'),
    makeDigest(key, 'others')('text'),
    makeDigest(new Uint8Array(32).fill(2), 'requests')('text'),
    // What belongs to the purpose is none of the text.
    makeDigest(key, 'request')('s\0text'),
  ];
  expect(digest('text')).toBe(makeDigest(key, 'requests')('text'));
  expect(new Set([digest('text'), ...others]).size).toBe(5);
});
