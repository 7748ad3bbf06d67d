/** Revisions and rollouts: the history that is kept, which revision proved itself, and what holds a rollout. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import { emptyMemory } from '../../core/reconcile/memory.ts';
import { aDeployment, aRecording, aRevision, aSpec, aView } from '../support/records.ts';
import { type Harness, holdLease, insertAll } from './store-harness.ts';

const uid = 'uid-web';

/** Declares the revisions up to this number, as commands do. */
async function declareUpTo(store: Store, last: number): Promise<void> {
  const declared = await store.stores.deployments.find('web');
  for (let number = (declared?.revision ?? 0) + 1; number <= last; number += 1) {
    await store.write(async ({ deployments }) => {
      await deployments.addRevision(revisionOf(number));
      await deployments.update(aDeployment({ revision: number, generation: number }), number - 1);
    });
  }
}

const revisionOf = (number: number) =>
  number === 1 ? aRevision() : aRevision({ number, spec: aSpec({ image: `nginx:${number}` }) });

/** Records which revision last proved itself. */
async function prove(store: Store, stable: number | null, generation = 1): Promise<void> {
  const lease = await holdLease(store);
  const observation = { view: aView(), memory: { ...emptyMemory, stable } };
  await store.reconciler.record(lease, [aRecording({ generation, observation })]);
  await store.reconciler.releaseLease(lease);
}

async function openWithWeb(harness: Harness): Promise<Store> {
  const store = await harness().open();
  await insertAll(store, aDeployment());
  return store;
}

const numbers = async ({ stores }: Store, of = uid) =>
  (await stores.deployments.revisions(of)).map(({ number }) => number);

const stableOf = async ({ reconciler }: Store) => {
  const [desired] = await reconciler.desired();
  const found = await reconciler.find(uid);
  expect(found).toEqual(desired);
  return desired?.stable;
};

/** Of revisions. */
export const storeKeepsRevisions = (harness: Harness) => {
  describe('revisions', () => {
    test('come back newest first, as they were stored', async () => {
      const store = await openWithWeb(harness);
      const pin = { imageId: 'sha256:1', repoDigest: 'nginx@sha256:2' };
      const restart = aRevision({ number: 2, specHash: 'h2', pin, cause: { kind: 'restart' }, author: 'é' });
      const back = aRevision({ number: 3, cause: { kind: 'rollback', to: 1 }, author: '' });
      await store.write(({ deployments }) => deployments.addRevision(restart));
      await store.write(({ deployments }) => deployments.addRevision(back));
      expect(await store.stores.deployments.revisions(uid)).toEqual([back, restart, aRevision()]);
      expect(await store.stores.deployments.revision(uid, 3)).toEqual(back);
      expect(await numbers(store, 'uid-none')).toEqual([]);
    });

    test('show the image that they were pinned to', async () => {
      const store = await openWithWeb(harness);
      const pin = { imageId: 'sha256:1', repoDigest: null };
      await store.reconciler.pinImage(await holdLease(store), uid, 1, pin);
      expect(await store.stores.deployments.revisions(uid)).toEqual([aRevision({ pin })]);
    });

    test('are kept to the newest ten', async () => {
      const store = await openWithWeb(harness);
      await declareUpTo(store, 10);
      expect(await numbers(store)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
      await declareUpTo(store, 12);
      expect(await numbers(store)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
      expect(await store.stores.deployments.revision(uid, 2)).toBeNull();
    });

    test('that proved themselves last are kept beside them, until another has', async () => {
      const store = await openWithWeb(harness);
      await declareUpTo(store, 2);
      await prove(store, 2, 2);
      await declareUpTo(store, 14);
      expect(await numbers(store)).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 2]);
      await prove(store, 14, 14);
      await declareUpTo(store, 15);
      expect(await numbers(store)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6]);
    });

    test('of one deployment are not forgotten for another one', async () => {
      const store = await openWithWeb(harness);
      await insertAll(store, aDeployment({ name: 'api' }));
      await declareUpTo(store, 12);
      expect(await numbers(store, 'uid-api')).toEqual([1]);
    });
  });

  describe('the revision that last proved itself', () => {
    test('is not known at first, and not told where it is the declared one', async () => {
      const store = await openWithWeb(harness);
      expect(await stableOf(store)).toBeNull();
      await prove(store, 1);
      expect(await stableOf(store)).toBeNull();
    });

    test('is told from when another is declared until that one has', async () => {
      const store = await openWithWeb(harness);
      await store.reconciler.desired();
      await prove(store, 1);
      await store.reconciler.desired();
      await declareUpTo(store, 2);
      expect(await stableOf(store)).toEqual(aRevision());
      await declareUpTo(store, 3);
      expect(await stableOf(store)).toEqual(aRevision());
      await prove(store, 2, 3);
      expect(await stableOf(store)).toEqual(revisionOf(2));
      await prove(store, 3, 3);
      expect(await stableOf(store)).toBeNull();
    });

    test('is remembered though the status it was found with is of an older generation', async () => {
      const store = await openWithWeb(harness);
      await declareUpTo(store, 2);
      await prove(store, 1, 1);
      expect(await stableOf(store)).toEqual(aRevision());
    });

    test('is told by who reads for the first time, with the image it was pinned to since', async () => {
      const store = await openWithWeb(harness);
      await prove(store, 1);
      await declareUpTo(store, 2);
      await stableOf(store);
      const pin = { imageId: 'sha256:1', repoDigest: null };
      const other = await harness().open();
      const lease = await holdLease(other);
      await other.reconciler.pinImage(lease, uid, 1, pin);
      expect(await stableOf(store)).toEqual(aRevision({ pin }));
      expect(await stableOf(await harness().open())).toEqual(aRevision({ pin }));
    });
  });

  describe('a rollout', () => {
    test('is held and let go by what is stored of its deployment', async () => {
      const store = await openWithWeb(harness);
      await store.reconciler.desired();
      const paused = aDeployment({ paused: true, resumes: 3, generation: 2 });
      await store.write(({ deployments }) => deployments.update(paused, 1));
      expect(await store.stores.deployments.find('web')).toEqual(paused);
      expect(await store.reconciler.desired()).toMatchObject([{ record: paused }]);
      const resumed = aDeployment({ paused: false, resumes: 4, generation: 3 });
      await store.write(({ deployments }) => deployments.update(resumed, 2));
      expect(await store.reconciler.find(uid)).toMatchObject({ record: resumed });
    });

    test('is shown in the list as it was recorded', async () => {
      const store = await openWithWeb(harness);
      const rollout = {
        state: 'rolled_back' as const,
        revision: 2,
        from: 1,
        updated: 0,
        total: 3,
        started_at: '2024-01-15T10:30:00.000Z',
        finished_at: '2024-01-15T10:31:00.000Z',
        reason: 'the "new" one\nexited with 1',
      };
      const lease = await holdLease(store);
      const observation = { view: aView({ rollout }), memory: emptyMemory };
      await store.reconciler.record(lease, [aRecording({ observation })]);
      const { text } = await store.stores.deployments.listText({ namespaces: [], statuses: [] });
      expect(JSON.parse(text)).toMatchObject([{ id: 'web', rollout }]);
      expect((await store.stores.deployments.observation(uid))?.view.rollout).toEqual(rollout);
    });
  });
};
