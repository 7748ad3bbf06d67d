/** Deployments and revisions: found by their names, unique, changed only by who knows the latest generation. */
import { describe, expect, test } from 'vitest';
import { aDeployment, aRevision, aSpec } from '../support/records.ts';
import { type Harness, insertAll } from './store-harness.ts';

/** Of deployments, one by one. */
export const storeKeepsDeployments = (harness: Harness) =>
  describe('deployments', () => {
    test('come back as they were stored', async () => {
      const store = await harness().open();
      const web = aDeployment({
        replicas: 3,
        deletedAt: '2024-02-01T00:00:00.000Z',
        generation: 7,
        revision: 2,
      });
      await insertAll(store, web);
      expect(await store.stores.deployments.find('web')).toEqual(web);
      expect(await store.stores.deployments.findByName('default', 'web')).toEqual(web);
    });

    test('are found by id first, else by name and namespace', async () => {
      const store = await harness().open();
      const first = aDeployment({ namespace: 'staging' });
      const second = aDeployment({ id: 'web.production', uid: 'uid-2', namespace: 'production' });
      await insertAll(store, first, second);
      const { deployments } = store.stores;
      expect(await deployments.find('web')).toEqual(first);
      expect(await deployments.find('web.staging')).toEqual(first);
      expect(await deployments.find('web.production')).toEqual(second);
      expect(await deployments.find('web.default')).toBeNull();
      expect(await deployments.find('')).toBeNull();
      expect(await deployments.findByName('default', 'web')).toBeNull();
    });

    test.each([
      ['name in its namespace', aDeployment({ uid: 'uid-2', id: 'web.default' })],
      ['id', aDeployment({ uid: 'uid-2', namespace: 'production' })],
      ['uid', aDeployment({ id: 'other', name: 'other', uid: 'uid-web' })],
    ])('refuse a second one of the same %s', async (_what, second) => {
      const store = await harness().open();
      await insertAll(store, aDeployment());
      await expect(insertAll(store, second)).rejects.toMatchObject({ code: 'DEPLOYMENT_EXISTS' });
      expect(await store.stores.deployments.find('web')).toEqual(aDeployment());
    });

    test('of one name are made once by two who try at the same time', async () => {
      const [one, other] = [await harness().open(), await harness().open()];
      const outcomes = await Promise.allSettled([
        insertAll(one, aDeployment({ uid: 'uid-1' })),
        insertAll(other, aDeployment({ uid: 'uid-2' })),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'DEPLOYMENT_EXISTS' },
      });
    });

    test('change when the write names the latest generation', async () => {
      const store = await harness().open();
      await insertAll(store, aDeployment());
      const changed = aDeployment({ generation: 2, replicas: 5, updatedAt: '2024-03-01T00:00:00.000Z' });
      await store.write(({ deployments }) => deployments.update(changed, 1));
      expect(await store.stores.deployments.find('web')).toEqual(changed);
    });

    test('do not change by a write that names an older generation', async () => {
      const store = await harness().open();
      await insertAll(store, aDeployment({ generation: 3 }));
      const write = store.write(({ deployments }) => deployments.update(aDeployment({ generation: 3 }), 2));
      await expect(write).rejects.toMatchObject({ code: 'DEPLOYMENT_CHANGED' });
      expect(await store.stores.deployments.find('web')).toEqual(aDeployment({ generation: 3 }));
    });

    test('that are not there cannot change, nor get a revision', async () => {
      const { write } = await harness().open();
      const missing = { code: 'DEPLOYMENT_NOT_FOUND' };
      await expect(write(({ deployments }) => deployments.update(aDeployment(), 1))).rejects.toMatchObject(
        missing,
      );
      await expect(write(({ deployments }) => deployments.addRevision(aRevision()))).rejects.toMatchObject(
        missing,
      );
    });

    test('keep every revision as it was', async () => {
      const store = await harness().open();
      const spec = aSpec({
        image: 'nginx:2',
        labels: { 'a"b': 'ü\u0000\ud800', __proto__x: '' },
        command: ['sh', '-c', 'echo "$A"'],
        limits: { nanoCpus: 500_000_000, memoryBytes: 2 ** 40 },
      });
      const pin = { imageId: 'sha256:1', repoDigest: null };
      const second = aRevision({ number: 2, specHash: 'hash-2', spec, sealed: 'v1:abc', pin });
      await insertAll(store, aDeployment());
      await store.write(({ deployments }) => deployments.addRevision(second));
      expect(await store.stores.deployments.revision('uid-web', 1)).toEqual(aRevision());
      expect(await store.stores.deployments.revision('uid-web', 2)).toEqual(second);
      expect(await store.stores.deployments.revision('uid-web', 3)).toBeNull();
      expect(await store.stores.deployments.revision('uid-other', 1)).toBeNull();
    });

    test('are given with what each declares now, of one namespace or of all', async () => {
      const store = await harness().open();
      const web = aDeployment({ revision: 2 });
      const gone = aDeployment({ name: 'gone', namespace: 'other', deletedAt: '2024-02-01T00:00:00.000Z' });
      await insertAll(store, web, gone);
      const second = aSpec({ image: 'nginx:2' });
      await store.write(({ deployments }) =>
        deployments.addRevision(aRevision({ number: 2, specHash: 'hash-2', spec: second })),
      );
      const { deployments } = store.stores;
      const [ofGone, ofWeb] = [
        { record: gone, spec: aRevision().spec },
        { record: web, spec: second },
      ];
      expect(await deployments.declared()).toEqual([ofGone, ofWeb]);
      expect(await deployments.declared('default')).toEqual([ofWeb]);
      expect(await deployments.declared('nowhere')).toEqual([]);
    });

    test('have each revision once', async () => {
      const store = await harness().open();
      await insertAll(store, aDeployment());
      const again = store.write(({ deployments }) =>
        deployments.addRevision(aRevision({ specHash: 'other' })),
      );
      await expect(again).rejects.toMatchObject({ code: 'DEPLOYMENT_CHANGED' });
      expect(await store.stores.deployments.revision('uid-web', 1)).toEqual(aRevision());
    });

    test('have no observation before the first', async () => {
      const store = await harness().open();
      await insertAll(store, aDeployment());
      expect(await store.stores.deployments.observation('uid-web')).toBeNull();
    });
  });
