/** The lease: one holder at a time, a higher number with each holding, nothing written by who lost it. */
import { describe, expect, test } from 'vitest';
import { aRecording } from '../support/records.ts';
import { type Harness, holdLease } from './store-harness.ts';

const lost = { code: 'LEASE_LOST' };

/** Of the lease. */
export const storeLeases = (harness: Harness) =>
  describe('the lease', () => {
    test('is held by one process at a time', async () => {
      const one = await harness().open({ holder: 'one' });
      const other = await harness().open({ holder: 'other' });
      expect(await one.reconciler.acquireLease(1000)).toEqual({ fencing: 1 });
      expect(await other.reconciler.acquireLease(1000)).toBeNull();
    });

    test('is not given twice to the same process either', async () => {
      const { reconciler } = await harness().open();
      await reconciler.acquireLease(1000);
      expect(await reconciler.acquireLease(1000)).toBeNull();
    });

    test('is given to one of many who ask at once', async () => {
      const one = await harness().open({ holder: 'one' });
      const other = await harness().open({ holder: 'other' });
      const asked = await Promise.all(
        Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).reconciler.acquireLease(1000)),
      );
      expect(asked.filter((lease) => lease !== null)).toEqual([{ fencing: 1 }]);
    });

    test('is free again once released, with a higher number', async () => {
      const one = await harness().open({ holder: 'one' });
      const other = await harness().open({ holder: 'other' });
      const lease = await holdLease(one);
      await one.reconciler.releaseLease(lease);
      expect(await other.reconciler.acquireLease(1000)).toEqual({ fencing: 2 });
    });

    test('is free again when it ran out, and not before', async () => {
      let now = 1_000_000;
      const one = await harness().open({ holder: 'one', now: () => now });
      const other = await harness().open({ holder: 'other', now: () => now });
      await one.reconciler.acquireLease(1000);
      now += 999;
      expect(await other.reconciler.acquireLease(1000)).toBeNull();
      now += 1;
      expect(await other.reconciler.acquireLease(1000)).toEqual({ fencing: 2 });
    });

    test('lasts longer when it is renewed', async () => {
      let now = 1_000_000;
      const one = await harness().open({ holder: 'one', now: () => now });
      const other = await harness().open({ holder: 'other', now: () => now });
      const lease = await holdLease(one);
      now += 50_000;
      await one.reconciler.renewLease(lease, 60_000);
      now += 50_000;
      expect(await other.reconciler.acquireLease(1000)).toBeNull();
    });

    test('is taken at once from a holder known to be dead, and from no other', async () => {
      const one = await harness().open({ holder: 'one' });
      await one.reconciler.acquireLease(60_000);
      const unsure = await harness().open({ holder: 'unsure', isHolderDead: () => false });
      expect(await unsure.reconciler.acquireLease(1000)).toBeNull();
      const sure = await harness().open({ holder: 'sure', isHolderDead: (holder) => holder === 'one' });
      expect(await sure.reconciler.acquireLease(1000)).toEqual({ fencing: 2 });
    });

    test('can be renewed after it ran out as long as nobody took it', async () => {
      let now = 1_000_000;
      const one = await harness().open({ holder: 'one', now: () => now });
      const other = await harness().open({ holder: 'other', now: () => now });
      const lease = await holdLease(one);
      now += 120_000;
      await one.reconciler.renewLease(lease, 1000);
      expect(await other.reconciler.acquireLease(1000)).toBeNull();
    });

    test('once lost lets its old holder write nothing, nor end the new holding', async () => {
      let now = 1_000_000;
      const one = await harness().open({ holder: 'one', now: () => now });
      const other = await harness().open({ holder: 'other', now: () => now });
      const lease = await holdLease(one);
      now += 120_000;
      await other.reconciler.acquireLease(60_000);
      const pin = { imageId: 'sha256:1', repoDigest: null };
      await expect(one.reconciler.renewLease(lease, 1000)).rejects.toMatchObject(lost);
      await expect(one.reconciler.record(lease, [aRecording()])).rejects.toMatchObject(lost);
      await expect(one.reconciler.noteObserved(lease, 'now')).rejects.toMatchObject(lost);
      await expect(one.reconciler.pinImage(lease, 'uid-web', 1, pin)).rejects.toMatchObject(lost);
      await one.reconciler.releaseLease(lease);
      expect(await one.reconciler.acquireLease(1000)).toBeNull();
    });

    test('once released lets nothing be written under it', async () => {
      const { reconciler } = await harness().open();
      const lease = { fencing: 1 };
      await reconciler.acquireLease(1000);
      await reconciler.releaseLease(lease);
      await expect(reconciler.record(lease, [])).rejects.toMatchObject(lost);
      await expect(reconciler.renewLease(lease, 1000)).rejects.toMatchObject(lost);
    });
  });
