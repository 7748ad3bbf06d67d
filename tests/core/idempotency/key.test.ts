import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeClaim, type KeyRecord, keyKeptMs } from '../../../core/idempotency/key.ts';

const now = Date.parse('2024-01-15T10:30:00.000Z');
const hourMs = 60 * 60 * 1000;
const aRecord = (changes: Partial<KeyRecord> = {}): KeyRecord => ({
  ...{ fingerprint: 'a', claimedAt: now, isUnderWay: true, isCommitted: false, reply: null },
  ...changes,
});
const judge = (record: KeyRecord | null, fingerprint = 'a') => judgeClaim(record, { fingerprint, now });

describe('a request under a key', () => {
  it('is done where nothing is known of the key', () => {
    expect(judge(null)).toEqual({ kind: 'granted' });
  });

  it('waits for the one that is under way, however far that has come', () => {
    expect(judge(aRecord())).toEqual({ kind: 'under_way' });
    expect(judge(aRecord({ isCommitted: true }))).toEqual({ kind: 'under_way' });
  });

  it('gets the answer that was given', () => {
    const record = aRecord({ isUnderWay: false, isCommitted: true, reply: 'sealed' });
    expect(judge(record)).toEqual({ kind: 'answered', reply: 'sealed' });
  });

  it('is done where the one before was not, and never where it was', () => {
    expect(judge(aRecord({ isUnderWay: false }))).toEqual({ kind: 'granted' });
    expect(judge(aRecord({ isUnderWay: false, isCommitted: true }))).toEqual({ kind: 'lost' });
  });

  it('does not wait for ever for one that says that it lives', () => {
    expect(judge(aRecord({ claimedAt: now - 1.5 * hourMs }))).toEqual({ kind: 'under_way' });
    expect(judge(aRecord({ claimedAt: now - 2 * hourMs }))).toEqual({ kind: 'granted' });
  });
});

const anyRecord: fc.Arbitrary<KeyRecord> = fc.record({
  fingerprint: fc.constantFrom('a', 'b'),
  claimedAt: fc.integer({ min: now - 2 * keyKeptMs, max: now + hourMs }),
  isUnderWay: fc.boolean(),
  isCommitted: fc.boolean(),
  reply: fc.option(fc.constant('sealed')),
});

describe('any key', () => {
  it('is never granted for what is done, nor to another request, within a day', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const { kind } = judge(record);
        const isKept = record.claimedAt > now - keyKeptMs;
        if (!isKept) expect(kind).toBe('granted');
        else if (record.fingerprint !== 'a') expect(kind).toBe('other_request');
        else if (record.isCommitted || record.reply !== null) expect(kind).not.toBe('granted');
      }),
    );
  });
});
