/** Garbage collection: what Ring pulled, what is needed, what is old. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import { aHealthRecord } from '../support/health.ts';
import { aDeployment, anEvent, aRecording, aRevision, aSpec, madeAt } from '../support/records.ts';
import { type Harness, holdLease, insertAll } from './store-harness.ts';

const dayMs = 24 * 60 * 60 * 1000;
const start = Date.parse(madeAt);
const later = (ms: number) => new Date(start + ms).toISOString();
const limits = { eventsKept: 1000, historyAgeMs: 10 * dayMs };
const none = { events: 0, health_checks: 0, revocations: 0, tombstones: 0, request_keys: 0 };
const app = { imageId: 'sha256:1', names: ['r/app:1', 'r/app@sha256:a'], pulledAt: madeAt };

async function dropAll({ gc }: Store, lease: Parameters<Store['gc']['noteRan']>[0], terms = limits) {
  const counts = { ...none };
  for (const of of ['events', 'health_checks', 'revocations', 'tombstones', 'request_keys'] as const) {
    for (let dropped = -1; dropped !== 0; counts[of] += dropped) {
      dropped = await gc.dropOld(lease, of, terms);
    }
  }
  return counts;
}

/** Of garbage collection. */
export const storeCollectsGarbage = (harness: Harness) => {
  describe('the images that Ring pulled', () => {
    test('are told by id, with all names under which they came', async () => {
      const { gc } = await harness().open();
      await gc.notePulled({ ...app, imageId: 'sha256:2' });
      await gc.notePulled(app);
      await gc.notePulled({ ...app, names: ['r/app:new', 'r/app:1'], pulledAt: later(5) });
      expect(await gc.pulled()).toEqual([
        { ...app, names: ['r/app:1', 'r/app:new', 'r/app@sha256:a'], unusedSince: null },
        { ...app, imageId: 'sha256:2', unusedSince: null },
      ]);
    });

    test('are remembered with since when nothing needs them, until they are pulled again', async () => {
      const store = await harness().open();
      const lease = await holdLease(store);
      await store.gc.notePulled(app);
      await store.gc.noteUnused(lease, [{ imageId: app.imageId, unusedSince: later(1) }]);
      const unused = await store.gc.pulled();
      await store.gc.notePulled(app);
      expect([unused, await store.gc.pulled()]).toEqual([
        [{ ...app, unusedSince: later(1) }],
        [{ ...app, unusedSince: null }],
      ]);
    });

    test('are forgotten on request, and others are not', async () => {
      const store = await harness().open();
      await store.gc.notePulled(app);
      await store.gc.notePulled({ ...app, imageId: 'sha256:2' });
      await store.gc.forget(await holdLease(store), [app.imageId, 'sha256:none']);
      expect((await store.gc.pulled()).map(({ imageId }) => imageId)).toEqual(['sha256:2']);
    });

    test('are written down only by who holds the lease, but for a pull, which is a fact', async () => {
      const store = await harness().open();
      const lost = await holdLease(store);
      await store.reconciler.releaseLease(lost);
      await store.gc.notePulled(app);
      const refused = { code: 'LEASE_LOST' };
      const { gc } = store;
      await expect(gc.forget(lost, [app.imageId])).rejects.toMatchObject(refused);
      await expect(
        gc.noteUnused(lost, [{ imageId: app.imageId, unusedSince: madeAt }]),
      ).rejects.toMatchObject(refused);
      await expect(gc.dropOld(lost, 'events', limits)).rejects.toMatchObject(refused);
      await expect(gc.noteRan(lost, 1)).rejects.toMatchObject(refused);
      expect(await gc.pulled()).toEqual([{ ...app, unusedSince: null }]);
    });
  });

  test('every image is needed that a kept revision asks for or was pinned to', async () => {
    const store = await harness().open();
    await insertAll(store, aDeployment(), aDeployment({ name: 'api' }));
    await store.write(({ deployments }) =>
      deployments.addRevision(aRevision({ number: 2, spec: aSpec({ image: 'r/app:2' }) })),
    );
    const lease = await holdLease(store);
    await store.reconciler.pinImage(lease, 'uid-web', 1, { imageId: 'sha256:1', repoDigest: null });
    const needed = [...(await store.gc.needed())].sort((a, b) => (a.image < b.image ? -1 : 1));
    expect(needed).toEqual(
      [
        { image: aSpec().image, imageId: null },
        { image: 'r/app:2', imageId: null },
        { image: 'sha256:1', imageId: 'sha256:1' },
      ].sort((a, b) => (a.image < b.image ? -1 : 1)),
    );
  });

  describe('what is old', () => {
    test('are events beyond the age, and beyond the number that is kept of a deployment', async () => {
      const store = await harness().open({ now: () => start + 11 * dayMs });
      await insertAll(store, aDeployment(), aDeployment({ name: 'api' }));
      const events = [0, 2, 3, 4].map((days) => anEvent({ message: `day ${days}`, at: later(days * dayMs) }));
      await store.write((stores) => stores.events.add(events));
      await store.write((stores) =>
        stores.events.add(events.map((event) => ({ ...event, uid: 'uid-api', message: 'api' }))),
      );
      const terms = { ...limits, eventsKept: 2 };
      const counted = [await store.gc.countOld(limits), await store.gc.countOld(terms)];
      const dropped = await dropAll(store, await holdLease(store), terms);
      const left = await store.stores.events.list('uid-web', { limit: 50 });
      expect([counted, dropped.events, left.map(({ message }) => message)]).toEqual([
        [
          { ...none, events: 2 },
          { ...none, events: 3 },
        ],
        3,
        ['day 3', 'day 4'],
      ]);
      expect(await store.stores.events.list('uid-api', { limit: 50 })).toHaveLength(1);
      expect(await store.gc.countOld(terms)).toEqual(none);
    });

    test('are results of instances that ended a day ago, tokens that would have ended, and deletes long past', async () => {
      let now = start;
      const store = await harness().open({ now: () => now });
      await insertAll(store, aDeployment(), aDeployment({ name: 'api', deletedAt: madeAt }));
      await store.healthRecords.save([aHealthRecord({ instanceId: 'a', endedAt: start })]);
      await store.write(({ revocations }) => revocations.add('t1', start + 1));
      const lease = await holdLease(store);
      await store.reconciler.record(lease, [aRecording({ uid: 'uid-api', purge: true })]);
      const before = await store.gc.countOld(limits);
      now = start + 40 * dayMs;
      const old = await store.gc.countOld(limits);
      const fresh = await store.reconciler.acquireLease(60_000);
      expect([before, old, fresh && (await dropAll(store, fresh))]).toEqual([
        none,
        { ...none, health_checks: 1, revocations: 1, tombstones: 1 },
        { ...none, health_checks: 1, revocations: 1, tombstones: 1 },
      ]);
      expect(await store.gc.countOld(limits)).toEqual(none);
    });

    test('goes a few at a time, and no change is counted', async () => {
      const store = await harness().open({ now: () => start + 100 * dayMs });
      await insertAll(store, aDeployment());
      const events = Array.from({ length: 700 }, (_, n) => anEvent({ message: `${n}` }));
      await store.write((stores) => stores.events.add(events));
      const desired = await store.reconciler.desired();
      const lease = await holdLease(store);
      const steps = [
        await store.gc.dropOld(lease, 'events', limits),
        await store.gc.dropOld(lease, 'events', limits),
        await store.gc.dropOld(lease, 'events', limits),
      ];
      expect(steps).toEqual([500, 200, 0]);
      expect(await store.reconciler.desired()).toBe(desired);
    });
  });

  test('it is known when garbage was last collected', async () => {
    const store = await harness().open();
    const before = await store.gc.keptAt();
    const lease = await holdLease(store);
    await store.gc.noteRan(lease, 5);
    await store.gc.noteRan(lease, start);
    expect([before, await (await harness().open()).gc.keptAt()]).toEqual([null, start]);
  });

  test('a database that holds little has a size, and nothing to give back', async () => {
    const { gc } = await harness().open();
    const [size, again] = [await gc.sizeBytes(), await gc.sizeBytes()];
    expect([size > 0, again, await gc.spareBytes(), await gc.giveBack()]).toEqual([true, size, 0, 0]);
  });
};
