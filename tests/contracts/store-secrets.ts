/** Secrets: found by their names, unique; and who refers to what. */
import { describe, expect, test } from 'vitest';
import type { RevisionInput } from '../../core/deployment/record.ts';
import { emptyMemory } from '../../core/reconcile/memory.ts';
import {
  aConfig,
  aDeployment,
  aRecording,
  aRevision,
  aRunRecord,
  aSecret,
  aView,
} from '../support/records.ts';
import { type Harness, holdLease } from './store-harness.ts';

const db: RevisionInput = { kind: 'secret', name: 'db', version: 1 };

/** Of secrets, and of the inputs of revisions. */
export const storeKeepsSecrets = (harness: Harness) => {
  describe('secrets', () => {
    test('are found by id first, else by name and namespace', async () => {
      const { write, stores } = await harness().open();
      const first = aSecret({ namespace: 'staging' });
      const second = aSecret({
        id: 'db.production',
        namespace: 'production',
        sealed: 'v1.other',
        version: 7,
      });
      await write(async ({ secrets }) => {
        await secrets.insert(first);
        await secrets.insert(second);
      });
      expect(await stores.secrets.find('db')).toEqual(first);
      expect(await stores.secrets.find('db.staging')).toEqual(first);
      expect(await stores.secrets.find('db.production')).toEqual(second);
      expect(await stores.secrets.find('db.default')).toBeNull();
      expect(await stores.secrets.findByName('production', 'db')).toEqual(second);
      expect(await stores.secrets.findByName('default', 'db')).toBeNull();
    });

    test('are listed by id, of all namespaces or of some', async () => {
      const { write, stores } = await harness().open();
      const [a, b, c] = [
        aSecret({ name: 'a' }),
        aSecret({ name: 'b', namespace: 'two' }),
        aSecret({ name: 'c' }),
      ];
      await write(async ({ secrets }) => {
        for (const secret of [c, a, b]) await secrets.insert(secret);
      });
      expect(await stores.secrets.list([])).toEqual([a, b, c]);
      expect(await stores.secrets.list(['default'])).toEqual([a, c]);
      expect(await stores.secrets.list(['two', 'three'])).toEqual([b]);
    });

    test('are handed to the reconciler by name, those that are there', async () => {
      const { write, reconciler } = await harness().open();
      const [a, b] = [aSecret({ name: 'a' }), aSecret({ name: 'b' })];
      await write(async ({ secrets }) => {
        for (const secret of [b, a, aSecret({ id: 'c', name: 'c', namespace: 'two' })])
          await secrets.insert(secret);
      });
      expect(await reconciler.secrets('default', ['b', 'c', 'a', 'a', 'd'])).toEqual([a, b]);
      expect(await reconciler.secrets('default', [])).toEqual([]);
      await write(({ secrets }) => secrets.update({ ...a, sealed: 'new', version: 2 }));
      expect(await reconciler.secrets('default', ['a'])).toEqual([{ ...a, sealed: 'new', version: 2 }]);
    });

    test.each([
      ['name in its namespace', aSecret({ id: 'other' })],
      ['id', aSecret({ namespace: 'production' })],
    ])('refuse a second one of the same %s', async (_what, second) => {
      const { write, stores } = await harness().open();
      await write(({ secrets }) => secrets.insert(aSecret()));
      const insert = write(({ secrets }) => secrets.insert(second));
      await expect(insert).rejects.toMatchObject({ code: 'SECRET_EXISTS' });
      expect(await stores.secrets.list([])).toEqual([aSecret()]);
    });

    test('change, and are deleted', async () => {
      const { write, stores } = await harness().open();
      const changed = aSecret({ sealed: 'v1.new', version: 2, updatedAt: '2024-02-01T00:00:00.000Z' });
      await write(({ secrets }) => secrets.insert(aSecret()));
      await write(({ secrets }) => secrets.update(changed));
      expect(await stores.secrets.find('db')).toEqual(changed);
      await write(({ secrets }) => secrets.delete('db'));
      expect(await stores.secrets.find('db')).toBeNull();
      await write(({ secrets }) => secrets.delete('db'));
    });

    test('that are not there cannot change', async () => {
      const { write } = await harness().open();
      const update = write(({ secrets }) => secrets.update(aSecret()));
      await expect(update).rejects.toMatchObject({ code: 'SECRET_NOT_FOUND' });
    });
  });

  describe('who refers to a secret or config', () => {
    test('is everyone in its namespace whose current revision does', async () => {
      const { write, stores } = await harness().open();
      await write(async ({ deployments, configs }) => {
        await configs.insert(aConfig({ name: 'db', id: 'db', version: 3 }));
        const insert = (name: string, inputs: readonly RevisionInput[], namespace = 'default') => {
          const record = aDeployment({ name, namespace });
          return deployments.insert(record, aRevision({ uid: record.uid, inputs }));
        };
        await insert('web', [{ ...db, kind: 'config' }, db]);
        await insert('api', [db]);
        await insert('other', [{ ...db, name: 'db2' }]);
        await insert('far', [db], 'staging');
      });
      const ids = async (kind: RevisionInput['kind'], namespace = 'default') =>
        (await stores.deployments.usersOf(kind, namespace, 'db')).map(({ id }) => id);
      expect(await ids('secret')).toEqual(['api', 'web']);
      expect(await ids('config')).toEqual(['web']);
      expect(await ids('secret', 'staging')).toEqual(['far']);
      expect(await stores.deployments.usersOf('secret', 'default', 'db')).toEqual([
        aDeployment({ name: 'api' }),
        aDeployment(),
      ]);
      expect((await stores.configs.find('db'))?.version).toBe(3);
    });

    test('is whoever proved itself with it, and nobody who is deleted', async () => {
      const store = await harness().open();
      const lease = await holdLease(store);
      const web = aDeployment();
      await store.write(({ deployments }) => deployments.insert(web, aRevision({ inputs: [db] })));
      const users = async () =>
        (await store.stores.deployments.usersOf('secret', 'default', 'db')).map(({ revision }) => revision);
      const observation = { view: aView(), memory: { ...emptyMemory, stable: 1 } };
      await store.reconciler.record(lease, [aRecording({ observation })]);
      await store.write(async ({ deployments }) => {
        await deployments.addRevision(aRevision({ number: 2 }));
        await deployments.update({ ...web, revision: 2, generation: 2 }, 1);
      });
      expect(await users()).toEqual([2]);
      const proved = { view: aView(), memory: { ...emptyMemory, stable: 2 } };
      await store.reconciler.record(lease, [aRecording({ generation: 2, observation: proved })]);
      expect(await users()).toEqual([]);
      await store.write(async ({ deployments }) => {
        await deployments.addRevision(aRevision({ number: 3, inputs: [db] }));
        await deployments.update({ ...web, revision: 3, generation: 3 }, 2);
      });
      expect(await users()).toEqual([3]);
      await store.write(({ deployments }) =>
        deployments.update({ ...web, revision: 3, generation: 4, deletedAt: web.createdAt }, 3),
      );
      expect(await users()).toEqual([]);
    });

    test('is a job with a run that is not over', async () => {
      const store = await harness().open();
      const job = aDeployment({ kind: 'job' });
      await store.write(async ({ deployments, runs }) => {
        await deployments.insert(job, aRevision({ inputs: [db] }));
        const { number: _number, ...run } = aRunRecord();
        await runs.insert(run);
        await deployments.addRevision(aRevision({ number: 2 }));
        await deployments.update({ ...job, revision: 2, generation: 2 }, 1);
      });
      const users = await store.stores.deployments.usersOf('secret', 'default', 'db');
      expect(users.map(({ revision }) => revision)).toEqual([2]);
    });

    test('comes back with each revision, in its versions', async () => {
      const { write, stores } = await harness().open();
      const inputs: RevisionInput[] = [{ kind: 'config', name: 'app', version: 4 }, db];
      const cause = { kind: 'input', input: 'secret/db@1' } as const;
      await write(({ deployments }) => deployments.insert(aDeployment(), aRevision({ inputs, cause })));
      expect(await stores.deployments.revision('uid-web', 1)).toEqual(aRevision({ inputs, cause }));
    });
  });
};
