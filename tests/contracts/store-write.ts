/** Transactions: all or nothing, seen by others only when they stand, and the only way to change anything. */
import { describe, expect, test } from 'vitest';
import { aConfig, aDeployment, anEvent, aRevision, aUser } from '../support/records.ts';
import type { Harness } from './store-harness.ts';

const nothing = { namespaces: [], statuses: [] };

/** Of one write. */
export const storeWrites = (harness: Harness) =>
  describe('write', () => {
    test('returns what the work returns', async () => {
      const { write } = await harness().open();
      expect(await write(async () => 42)).toBe(42);
    });

    test('keeps nothing of work that fails, and hands its error on as it is', async () => {
      const { write, stores } = await harness().open();
      const error = new Error('changed my mind');
      const failing = write(async ({ deployments, users, configs, events }) => {
        await deployments.insert(aDeployment(), aRevision());
        await events.add([anEvent()]);
        await users.insert(aUser());
        await configs.insert(aConfig());
        throw error;
      });
      await expect(failing).rejects.toBe(error);
      expect((await stores.deployments.listText(nothing)).text).toBe('[]');
      expect(await stores.users.list()).toEqual([]);
      expect(await stores.configs.list([])).toEqual([]);
      expect(await stores.events.list('uid-web', { limit: 10 })).toEqual([]);
    });

    test('goes on working after a failure', async () => {
      const { write, stores } = await harness().open();
      await expect(write(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await write(({ deployments }) => deployments.insert(aDeployment(), aRevision()));
      expect(await stores.deployments.find('web')).toEqual(aDeployment());
    });

    test('shows the work its own changes', async () => {
      const { write } = await harness().open();
      const found = await write(async ({ deployments }) => {
        await deployments.insert(aDeployment(), aRevision());
        return deployments.find('web');
      });
      expect(found).toEqual(aDeployment());
    });

    test('lets concurrent writes follow one another', async () => {
      const { write, stores } = await harness().open();
      const names = Array.from({ length: 20 }, (_, index) => `config-${index}`);
      await Promise.all(names.map((name) => write(({ configs }) => configs.insert(aConfig({ name })))));
      expect((await stores.configs.list([])).map(({ name }) => name)).toEqual(names.sort());
    });

    test('is seen by another process once it is acknowledged', async () => {
      const [one, other] = [await harness().open(), await harness().open()];
      await one.write(({ configs }) => configs.insert(aConfig()));
      expect(await other.stores.configs.list([])).toEqual([aConfig()]);
    });

    test('lets two processes write at once without losing anything', async () => {
      const [one, other] = [await harness().open(), await harness().open()];
      const names = Array.from({ length: 30 }, (_, index) => `config-${index}`);
      const insert = (name: string, index: number) =>
        (index % 2 ? one : other).write(({ configs }) => configs.insert(aConfig({ name })));
      await Promise.all(names.map(insert));
      expect(await one.stores.configs.list([])).toHaveLength(30);
    });

    test('is the only way to change anything', async () => {
      const { stores } = await harness().open();
      const refused = { code: 'INTERNAL' };
      await expect(stores.deployments.insert(aDeployment(), aRevision())).rejects.toMatchObject(refused);
      await expect(stores.deployments.update(aDeployment(), 1)).rejects.toMatchObject(refused);
      await expect(stores.deployments.addRevision(aRevision())).rejects.toMatchObject(refused);
      await expect(stores.events.add([anEvent()])).rejects.toMatchObject(refused);
      await expect(stores.users.insert(aUser())).rejects.toMatchObject(refused);
      await expect(stores.users.delete('1')).rejects.toMatchObject(refused);
      await expect(stores.configs.insert(aConfig())).rejects.toMatchObject(refused);
      await expect(stores.revocations.add('token', 1)).rejects.toMatchObject(refused);
    });

    test('ends before the store does', async () => {
      const { write, close } = await harness().open();
      const names = ['a', 'b', 'c'];
      const writing = write(async ({ configs }) => {
        for (const name of names) await configs.insert(aConfig({ name }));
      });
      await Promise.all([writing, close()]);
      const { stores } = await harness().open();
      expect(await stores.configs.list([])).toHaveLength(3);
    });

    test('says unavailable once the store is closed', async () => {
      const { write, stores, close } = await harness().open();
      await close();
      const unavailable = { code: 'DATABASE_UNAVAILABLE' };
      await expect(stores.users.list()).rejects.toMatchObject(unavailable);
      await expect(write(async () => 1)).rejects.toMatchObject(unavailable);
    });

    test('answers a ping, and names the installation the same to everyone', async () => {
      const [one, other] = [await harness().open(), await harness().open()];
      await one.health.ping();
      expect(one.installationId).toBe(other.installationId);
      expect(one.installationId).toMatch(/^\S+$/);
    });

    test('caches nothing that a write, here or elsewhere, has changed', async () => {
      const [one, other] = [await harness().open(), await harness().open()];
      const list = () => one.cache.json('configs', () => one.stores.configs.list([]));
      expect((await list()).text).toBe('[]');
      await other.write(({ configs }) => configs.insert(aConfig()));
      expect((await list()).text).toBe(JSON.stringify([aConfig()]));
      await one.write(({ configs }) => configs.delete('app-config'));
      expect((await list()).text).toBe('[]');
    });
  });
