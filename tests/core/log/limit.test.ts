import { expect, it } from 'vitest';
import { makeStreamLimit } from '../../../core/log/limit.ts';

it('gives so many places, and each back once', () => {
  const limit = makeStreamLimit(2);
  const full = expect.objectContaining({ code: 'TOO_MANY_STREAMS' });
  const giveBack = limit.take();
  limit.take();
  expect(() => limit.take()).toThrow(full);
  giveBack();
  giveBack();
  limit.take();
  expect(() => limit.take()).toThrow(full);
});
