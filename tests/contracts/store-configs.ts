/** Configs: found by their names, unique, any text as their data. */
import { describe, expect, test } from 'vitest';
import { aConfig } from '../support/records.ts';
import type { Harness } from './store-harness.ts';

/** Of configs. */
export const storeKeepsConfigs = (harness: Harness) =>
  describe('configs', () => {
    test('are found by id first, else by name and namespace', async () => {
      const { write, stores } = await harness().open();
      const first = aConfig({ namespace: 'staging' });
      const second = aConfig({ id: 'app-config.production', namespace: 'production' });
      await write(async ({ configs }) => {
        await configs.insert(first);
        await configs.insert(second);
      });
      expect(await stores.configs.find('app-config')).toEqual(first);
      expect(await stores.configs.find('app-config.staging')).toEqual(first);
      expect(await stores.configs.find('app-config.production')).toEqual(second);
      expect(await stores.configs.find('app-config.default')).toBeNull();
      expect(await stores.configs.findByName('production', 'app-config')).toEqual(second);
      expect(await stores.configs.findByName('default', 'app-config')).toBeNull();
    });

    test('are listed by id, of all namespaces or of some', async () => {
      const { write, stores } = await harness().open();
      const [a, b, c] = [
        aConfig({ name: 'a' }),
        aConfig({ name: 'b', namespace: 'two' }),
        aConfig({ name: 'c' }),
      ];
      await write(async ({ configs }) => {
        for (const config of [c, a, b]) await configs.insert(config);
      });
      expect(await stores.configs.list([])).toEqual([a, b, c]);
      expect(await stores.configs.list(['default'])).toEqual([a, c]);
      expect(await stores.configs.list(['two', 'three'])).toEqual([b]);
    });

    test.each([
      ['name in its namespace', aConfig({ id: 'other' })],
      ['id', aConfig({ namespace: 'production' })],
    ])('refuse a second one of the same %s', async (_what, second) => {
      const { write, stores } = await harness().open();
      await write(({ configs }) => configs.insert(aConfig()));
      const insert = write(({ configs }) => configs.insert(second));
      await expect(insert).rejects.toMatchObject({ code: 'CONFIG_EXISTS' });
      expect(await stores.configs.list([])).toEqual([aConfig()]);
    });

    test('change, and are deleted', async () => {
      const { write, stores } = await harness().open();
      const changed = aConfig({ data: '', updatedAt: '2024-02-01T00:00:00.000Z' });
      await write(({ configs }) => configs.insert(aConfig()));
      await write(({ configs }) => configs.update(changed));
      expect(await stores.configs.find('app-config')).toEqual(changed);
      await write(({ configs }) => configs.delete('app-config'));
      expect(await stores.configs.find('app-config')).toBeNull();
      await write(({ configs }) => configs.delete('app-config'));
    });

    test('are found for the reconciler by their names, those of a namespace that are there', async () => {
      const { write, reconciler } = await harness().open();
      const [b, a] = [aConfig({ name: 'b', version: 3 }), aConfig({ name: 'a' })];
      const other = aConfig({ name: 'b', id: 'b.staging', namespace: 'staging' });
      await write(async ({ configs }) => {
        for (const config of [b, other, a]) await configs.insert(config);
      });
      expect(await reconciler.configs('default', ['b', 'c', 'a', 'b'])).toEqual([a, b]);
      expect(await reconciler.configs('staging', ['a', 'b'])).toEqual([other]);
      expect(await reconciler.configs('default', [])).toEqual([]);
    });

    test('that are not there cannot change', async () => {
      const { write } = await harness().open();
      const update = write(({ configs }) => configs.update(aConfig()));
      await expect(update).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
    });

    test.each([`{"a":"'"}`, '\u0000', '\ud800 alone', 'line\r\nline', '\u{1F600}'.repeat(1000)])(
      'give back their data to the letter: %j',
      async (data) => {
        const { write, stores } = await harness().open();
        await write(({ configs }) => configs.insert(aConfig({ data })));
        expect((await stores.configs.find('app-config'))?.data).toBe(data);
      },
    );
  });
