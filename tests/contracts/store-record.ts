/** What the reconciler reads and writes: desired state kept while nothing changed, recordings that lose to newer writes. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import { emptyMemory, type Memory } from '../../core/reconcile/memory.ts';
import {
  aDeployment,
  anEvent,
  aRecording,
  aRevision,
  aSlot,
  aSpec,
  aView,
  madeAt,
} from '../support/records.ts';
import { type Harness, holdLease, insertAll } from './store-harness.ts';

const deletedAt = '2024-02-01T00:00:00.000Z';

const done: Memory = {
  ...emptyMemory,
  slots: {
    0: aSlot({
      restarts: 4,
      run: {
        revision: 1,
        attempt: 1,
        intendedAt: madeAt,
        finishedAt: madeAt,
        exitCode: 0,
        outcome: 'completed',
        reason: null,
      },
    }),
  },
};

async function openWithWeb(harness: Harness) {
  const store = await harness().open();
  await insertAll(store, aDeployment());
  return { store, lease: await holdLease(store) };
}

const markDeleted = ({ write }: Store) =>
  write(({ deployments }) => deployments.update(aDeployment({ generation: 2, deletedAt }), 1));

/** Of the reconciler's side. */
export const storeRecords = (harness: Harness): void => {
  describe('desired', () => {
    test('is each record with its current revision and what was remembered, by id', async () => {
      const { store, lease } = await openWithWeb(harness);
      await insertAll(store, aDeployment({ name: 'api', deletedAt }));
      const second = aRevision({ number: 2, spec: aSpec({ image: 'nginx:2' }) });
      const web = aDeployment({ revision: 2, generation: 2 });
      await store.write(async ({ deployments }) => {
        await deployments.addRevision(second);
        await deployments.update(web, 1);
      });
      const observation = { view: aView(), memory: done };
      await store.reconciler.record(lease, [aRecording({ generation: 2, observation })]);
      expect(await store.reconciler.desired()).toEqual([
        {
          record: aDeployment({ name: 'api', deletedAt }),
          revision: aRevision({ uid: 'uid-api' }),
          stable: null,
          older: [],
          runs: [],
          observation: null,
        },
        { record: web, revision: second, stable: null, older: [], runs: [], observation },
      ]);
    });

    test('is the same array while nothing is written', async () => {
      const { store, lease } = await openWithWeb(harness);
      const before = await store.reconciler.desired();
      await store.reconciler.noteObserved(lease, '2024-01-15T11:00:00.000Z');
      await store.reconciler.renewLease(lease, 60_000);
      await store.reconciler.releaseLease(lease);
      expect(await store.reconciler.desired()).toBe(before);
    });

    test('follows what another process writes', async () => {
      const { store } = await openWithWeb(harness);
      const other = await harness().open();
      expect(await store.reconciler.desired()).toHaveLength(1);
      await insertAll(other, aDeployment({ name: 'api' }));
      expect((await store.reconciler.desired()).map(({ record }) => record.id)).toEqual(['api', 'web']);
    });

    test('follows each thing that is written of a deployment', async () => {
      const { store, lease } = await openWithWeb(harness);
      await store.reconciler.desired();
      const pin = { imageId: 'sha256:1', repoDigest: 'nginx@sha256:2' };
      await store.reconciler.pinImage(lease, 'uid-web', 1, pin);
      expect(await store.reconciler.desired()).toMatchObject([{ revision: { pin } }]);
      await store.reconciler.record(lease, [aRecording()]);
      expect(await store.reconciler.desired()).toMatchObject([{ observation: { view: aView() } }]);
      await markDeleted(store);
      expect(await store.reconciler.desired()).toMatchObject([{ record: { deletedAt }, revision: { pin } }]);
      await store.reconciler.record(lease, [aRecording({ generation: 2, observation: null, purge: true })]);
      expect(await store.reconciler.desired()).toEqual([]);
    });

    test('of one deployment is read fresh, without reading the others', async () => {
      const { store, lease } = await openWithWeb(harness);
      const other = await harness().open();
      await store.reconciler.desired();
      await markDeleted(other);
      const record = aDeployment({ generation: 2, deletedAt });
      const fresh = { record, revision: aRevision(), stable: null, older: [], runs: [], observation: null };
      expect(await store.reconciler.find('uid-web')).toEqual(fresh);
      expect(await store.reconciler.desired()).toEqual([fresh]);
      await store.reconciler.record(lease, [aRecording({ generation: 2, purge: true })]);
      expect(await store.reconciler.find('uid-web')).toBeNull();
    });
  });

  describe('record', () => {
    test('writes what was observed, with its events', async () => {
      const { store, lease } = await openWithWeb(harness);
      const observation = { view: aView({ status: 'error', status_reason: 'why' }), memory: done };
      await store.reconciler.record(lease, [aRecording({ observation, events: [anEvent()] })]);
      expect(await store.stores.deployments.observation('uid-web')).toEqual(observation);
      expect(await store.stores.events.list('uid-web', { limit: 5 })).toMatchObject([
        { message: anEvent().message },
      ]);
    });

    test('without an observation leaves the last one', async () => {
      const { store, lease } = await openWithWeb(harness);
      await store.reconciler.record(lease, [aRecording()]);
      await store.reconciler.record(lease, [aRecording({ observation: null, events: [anEvent()] })]);
      expect(await store.stores.deployments.observation('uid-web')).toEqual(aRecording().observation);
    });

    test('keeps the older status but the newer memory when the deployment was written meanwhile', async () => {
      const { store, lease } = await openWithWeb(harness);
      await store.reconciler.record(lease, [aRecording()]);
      await markDeleted(store);
      const late = { view: aView({ status: 'completed', instances: [] }), memory: done };
      await store.reconciler.record(lease, [aRecording({ observation: late, events: [anEvent()] })]);
      expect(await store.stores.deployments.observation('uid-web')).toEqual({ view: aView(), memory: done });
      expect(await store.stores.events.list('uid-web', { limit: 5 })).toHaveLength(1);
    });

    test('keeps memory before the first status, too', async () => {
      const { store, lease } = await openWithWeb(harness);
      await store.reconciler.record(lease, [
        aRecording({ generation: 0, observation: { view: aView(), memory: done } }),
      ]);
      const [only] = await store.reconciler.desired();
      expect(only?.observation).toMatchObject({
        view: { status: 'creating', observed_at: null },
        memory: done,
      });
      const { text } = await store.stores.deployments.listText({ namespaces: [], statuses: ['creating'] });
      expect(JSON.parse(text)).toMatchObject([{ id: 'web', status: 'creating', instances: [] }]);
    });

    test('purges a deleted deployment with all that hangs on it, and remembers its uid', async () => {
      const { store, lease } = await openWithWeb(harness);
      await store.reconciler.record(lease, [aRecording({ events: [anEvent()] })]);
      await markDeleted(store);
      expect(await store.reconciler.isTombstone('uid-web')).toBe(false);
      await store.reconciler.record(lease, [aRecording({ generation: 2, observation: null, purge: true })]);
      const { deployments, events } = store.stores;
      expect(await deployments.find('web')).toBeNull();
      expect(await deployments.revision('uid-web', 1)).toBeNull();
      expect(await deployments.observation('uid-web')).toBeNull();
      expect(await events.list('uid-web', { limit: 5 })).toEqual([]);
      expect(await store.reconciler.isTombstone('uid-web')).toBe(true);
    });

    test('frees the name with the purge', async () => {
      const { store, lease } = await openWithWeb(harness);
      await markDeleted(store);
      await store.reconciler.record(lease, [aRecording({ generation: 2, purge: true })]);
      const again = aDeployment({ uid: 'uid-second' });
      await insertAll(store, again);
      expect(await store.stores.deployments.find('web')).toEqual(again);
    });

    test.each([
      ['that is not deleted', 1, null],
      ['that was written since', 1, deletedAt],
    ])('does not purge a deployment %s', async (_what, generation, deleted) => {
      const { store, lease } = await openWithWeb(harness);
      if (deleted !== null) await markDeleted(store);
      await store.reconciler.record(lease, [aRecording({ generation, purge: true })]);
      expect(await store.stores.deployments.find('web')).not.toBeNull();
      expect(await store.reconciler.isTombstone('uid-web')).toBe(false);
    });

    test('forgets a purged uid after thirty days', async () => {
      let now = 1_700_000_000_000;
      const day = 24 * 60 * 60 * 1000;
      const store = await harness().open({ now: () => now });
      const purge = async (name: string) => {
        await insertAll(store, aDeployment({ name, deletedAt }));
        const lease = await holdLease(store);
        await store.reconciler.record(lease, [aRecording({ uid: `uid-${name}`, purge: true })]);
        await store.reconciler.releaseLease(lease);
      };
      await purge('one');
      now += 29 * day;
      await purge('two');
      expect(await store.reconciler.isTombstone('uid-one')).toBe(true);
      now += day;
      await purge('three');
      expect(await store.reconciler.isTombstone('uid-one')).toBe(false);
      expect(await store.reconciler.isTombstone('uid-two')).toBe(true);
    });

    test('drops what was found out about a deployment that is gone', async () => {
      const { store, lease } = await openWithWeb(harness);
      const gone = aRecording({ uid: 'uid-gone', events: [anEvent({ uid: 'uid-gone' })] });
      await store.reconciler.record(lease, [gone, aRecording()]);
      expect(await store.stores.deployments.observation('uid-gone')).toBeNull();
      expect(await store.stores.deployments.observation('uid-web')).toEqual(aRecording().observation);
    });

    test('writes hundreds at once', async () => {
      const { store, lease } = await openWithWeb(harness);
      const names = Array.from({ length: 700 }, (_, index) => `web-${index}`);
      await insertAll(store, ...names.map((name) => aDeployment({ name })));
      const recordings = names.map((name) => {
        const uid = `uid-${name}`;
        return aRecording({ uid, events: [anEvent({ uid }), anEvent({ uid, message: 'two' })] });
      });
      await store.reconciler.record(lease, recordings);
      const { text } = await store.stores.deployments.listText({ namespaces: [], statuses: ['running'] });
      expect(JSON.parse(text)).toHaveLength(700);
      expect(await store.stores.events.list('uid-web-699', { limit: 5 })).toHaveLength(2);
    });
  });
};
