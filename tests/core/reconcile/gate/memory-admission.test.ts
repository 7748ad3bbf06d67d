/** Memory is given to whom it was given before, then by age, and never more of it than there is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, makeAdmit, memoryText } from '../../../../core/reconcile/gate/memory-admission.ts';
import { claimOf } from '../../../../core/reconcile/gate/memory-claims.ts';
import { aRevision, aSpec } from '../../../support/records.ts';
import { anInstance, aSubject, type SubjectChanges } from '../../../support/subjects.ts';

const aClaim = (uid: string, changes: Partial<Claim> = {}): Claim => ({
  uid,
  createdAt: `2024-01-0${uid.length}T00:00:00.000Z`,
  taken: 0,
  wanted: 10,
  isInLine: true,
  ...changes,
});

const claims = fc
  .array(
    fc.record({
      createdAt: fc.constantFrom('2024-01-01T00:00:00.000Z', '2024-01-02T00:00:00.000Z'),
      taken: fc.integer({ min: 0, max: 40 }),
      wanted: fc.integer({ min: 0, max: 40 }),
      isInLine: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((all): Claim[] => all.map((claim, index) => ({ ...claim, uid: `uid-${index}` })));

describe('admission', () => {
  it('lets in what fits, the older first, and says what is missing of the rest', () => {
    const admit = makeAdmit([aClaim('bb', { wanted: 60 }), aClaim('a', { wanted: 50, taken: 20 })], 100);
    expect([admit('a'), admit('bb'), admit('unheard-of')]).toEqual([null, { needed: 60, free: 30 }, null]);
  });

  it('lets in a younger one that fits where an older one does not', () => {
    const admit = makeAdmit([aClaim('a', { wanted: 101 }), aClaim('bb')], 100);
    expect([admit('a'), admit('bb')]).toEqual([{ needed: 101, free: 100 }, null]);
  });

  it('gives nothing to those that still wait for something else, until they ask', () => {
    const admit = makeAdmit(
      [aClaim('a', { wanted: 80, isInLine: false }), aClaim('bb', { wanted: 80 })],
      100,
    );
    expect([admit('bb'), admit('a')]).toEqual([null, { needed: 80, free: 20 }]);
  });

  it('never gives more than there is, and takes nothing from those who have it', () => {
    fc.assert(
      fc.property(claims, fc.integer({ min: 0, max: 120 }), (all, memory) => {
        const admit = makeAdmit(all, memory);
        const taken = all.reduce((sum, claim) => sum + claim.taken, 0);
        const given = all.filter(({ uid }) => admit(uid) === null).reduce((sum, one) => sum + one.wanted, 0);
        expect(taken + given).toBeLessThanOrEqual(Math.max(memory, taken));
      }),
    );
  });

  it('does not depend on the order in which those in line are given', () => {
    const shuffled = claims.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 0, max: 120 }), ([all, other], memory) => {
        const [one, two] = [makeAdmit(all, memory), makeAdmit(other, memory)];
        for (const { uid } of all.filter(({ isInLine }) => isInLine)) expect(one(uid)).toEqual(two(uid));
      }),
    );
  });

  it('always lets in who wants no more than it has', () => {
    fc.assert(
      fc.property(claims, fc.integer({ min: 0, max: 120 }), (all, memory) => {
        const admit = makeAdmit(all, memory);
        for (const { uid, wanted } of all) if (wanted === 0) expect(admit(uid)).toBeNull();
      }),
    );
  });
});

describe('a claim', () => {
  const requests = (memoryBytes: number) => ({ requests: { nanoCpus: null, memoryBytes } });
  const of = ({ spec, ...changes }: SubjectChanges) => {
    const { taken, wanted } = claimOf(aSubject({ spec: { ...requests(10), ...spec }, ...changes }));
    return { taken, wanted };
  };
  const old = aRevision({ number: 1, specHash: 'hash-1', spec: aSpec(requests(8)) });

  it('is what all replicas request, until they are let in', () => {
    expect(of({ replicas: 3 })).toEqual({ taken: 0, wanted: 30 });
    const gate = { specHash: 'hash-1', open: 3, waitsFor: null };
    expect(of({ replicas: 3, memory: { gate } })).toEqual({ taken: 30, wanted: 0 });
  });

  it('is what is missing, where some are there already or it is scaled up', () => {
    expect(of({ replicas: 3, instances: [anInstance()] })).toEqual({ taken: 10, wanted: 20 });
  });

  it('is never less than what runs, scaled down or deleted', () => {
    const instances = [anInstance(), anInstance({ slot: 1 })];
    expect(of({ replicas: 1, instances })).toEqual({ taken: 20, wanted: 0 });
    expect(of({ replicas: 1, instances, deletedAt: '2024-01-15T10:30:00.000Z' })).toEqual({
      taken: 20,
      wanted: 0,
    });
  });

  it('counts what starts beside the old while a rollout starts first', () => {
    const rollout = { revision: 2, stable: old, memory: { stable: 1 }, instances: [anInstance()] };
    expect(of(rollout)).toEqual({ taken: 8, wanted: 12 });
    const update = { ...aSpec().update, order: 'stop-first' as const };
    expect(of({ ...rollout, spec: { update } })).toEqual({ taken: 8, wanted: 2 });
  });
});

it.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [64 * 1024 ** 2, '64 MiB'],
  [1.5 * 1024 ** 3, '1.5 GiB'],
  [5000 * 1024 ** 5, '5000 PiB'],
])('writes %i as %s', (bytes, text) => {
  expect(memoryText(bytes)).toBe(text);
});
