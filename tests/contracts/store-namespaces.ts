/** Namespaces: there as soon as something is put in them, counted, and gone with the last of what was in them. */
import { describe, expect, test } from 'vitest';
import { aConfig, aDeployment, aRecording, madeAt } from '../support/records.ts';
import { type Harness, holdLease, insertAll } from './store-harness.ts';

const deletedAt = '2024-02-01T00:00:00.000Z';
const aNamespace = (name: string, changes: object = {}) => ({
  name,
  createdAt: madeAt,
  deletedAt: null,
  deployments: 0,
  configs: 0,
  secrets: 0,
  ...changes,
});

const aSecret = (namespace: string) => ({
  id: 'token',
  name: 'token',
  namespace,
  sealed: 'sealed',
  version: 1,
  createdAt: madeAt,
  updatedAt: madeAt,
});

/** Of namespaces. */
export const storeKeepsNamespaces = (harness: Harness) =>
  describe('namespaces', () => {
    test('are made by what is put in them, and counted', async () => {
      const store = await harness().open();
      await insertAll(
        store,
        aDeployment({ namespace: 'two' }),
        aDeployment({ name: 'other', namespace: 'two', createdAt: '2024-03-01T00:00:00.000Z' }),
      );
      await store.write(async ({ configs, secrets }) => {
        await configs.insert(aConfig({ namespace: 'three' }));
        await secrets.insert(aSecret('one'));
      });
      const { namespaces } = store.stores;
      expect(await namespaces.list()).toEqual([
        aNamespace('one', { secrets: 1 }),
        aNamespace('three', { configs: 1 }),
        aNamespace('two', { deployments: 2 }),
      ]);
      expect(await namespaces.find('two')).toEqual(aNamespace('two', { deployments: 2 }));
      expect(await namespaces.find('four')).toBeNull();
    });

    test('are made by hand, once', async () => {
      const { write, stores } = await harness().open();
      await write(({ namespaces }) => namespaces.insert('one', madeAt));
      await expect(write(({ namespaces }) => namespaces.insert('one', madeAt))).rejects.toMatchObject({
        code: 'NAMESPACE_EXISTS',
      });
      expect(await stores.namespaces.list()).toEqual([aNamespace('one')]);
    });

    test('go at once where no deployment is in them, and else with the last', async () => {
      const store = await harness().open();
      const { write, stores, reconciler } = store;
      await insertAll(store, aDeployment({ deletedAt, namespace: 'full' }));
      await write(async ({ namespaces }) => {
        await namespaces.insert('empty', madeAt);
        for (const name of ['empty', 'full', 'unheard-of']) await namespaces.delete(name, deletedAt);
      });
      expect(await stores.namespaces.list()).toEqual([aNamespace('full', { deletedAt, deployments: 1 })]);
      const lease = await holdLease(store);
      await reconciler.record(lease, [aRecording({ purge: true })]);
      expect(await stores.namespaces.list()).toEqual([]);
    });

    test('stay when something new comes into them while they go', async () => {
      const store = await harness().open();
      await insertAll(store, aDeployment({ deletedAt }));
      await store.write(({ namespaces }) => namespaces.delete('default', deletedAt));
      await insertAll(store, aDeployment({ name: 'new' }));
      const lease = await holdLease(store);
      await store.reconciler.record(lease, [aRecording({ purge: true })]);
      expect(await store.stores.namespaces.list()).toEqual([aNamespace('default', { deployments: 1 })]);
    });
  });
