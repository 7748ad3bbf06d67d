/** Lists of deployments in parts and by labels, and the older runs of a job. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import type { DeploymentFilter } from '../../core/deployment/filter.ts';
import { parseSelector } from '../../core/deployment/selector.ts';
import { aDeployment, aRevision, aRunRecord, aSpec, madeAt } from '../support/records.ts';
import { type Harness, insertAll } from './store-harness.ts';

const everything: DeploymentFilter = { namespaces: [], statuses: [] };

const idsIn = ({ text }: { readonly text: string }): string[] =>
  JSON.parse(text).map(({ id }: { readonly id: string }) => id);

/** Stores a deployment whose containers have these labels. */
const insertLabelled = (store: Store, name: string, labels: Readonly<Record<string, string>>) =>
  store.write(({ deployments }) =>
    deployments.insert(aDeployment({ name }), aRevision({ uid: `uid-${name}`, spec: aSpec({ labels }) })),
  );

/** All parts one after the other, with what is done after each of them. */
async function walk(
  { stores }: Store,
  filter: DeploymentFilter,
  { limit, meanwhile = async () => undefined }: { limit: number; meanwhile?: () => Promise<unknown> },
): Promise<readonly string[][]> {
  const parts: string[][] = [];
  let after: string | null = null;
  do {
    const { text, next }: Awaited<ReturnType<typeof stores.deployments.partText>> =
      await stores.deployments.partText(filter, { after, limit });
    parts.push(idsIn(text));
    after = next;
    await meanwhile();
  } while (after !== null);
  return parts;
}

/** Of lists in parts. */
export const storeListsParts = (harness: Harness) => {
  describe('a list of deployments in parts', () => {
    test('gives the same as the whole list, by id', async () => {
      const store = await harness().open();
      await insertAll(store, ...['e', 'a', 'c', 'b', 'd'].map((name) => aDeployment({ name })));
      const whole = JSON.parse((await store.stores.deployments.listText(everything)).text);
      const { text, next } = await store.stores.deployments.partText(everything, { after: 'a', limit: 2 });
      expect([JSON.parse(text.text), next]).toEqual([whole.slice(1, 3), 'c']);
      expect(await walk(store, everything, { limit: 2 })).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
      expect(await walk(store, everything, { limit: 5 })).toEqual([['a', 'b', 'c', 'd', 'e']]);
      expect(await walk(store, { ...everything, namespaces: ['other'] }, { limit: 5 })).toEqual([[]]);
    });

    test('neither repeats nor hides anything where others come meanwhile', async () => {
      const store = await harness().open();
      await insertAll(store, ...['b', 'd', 'f', 'h'].map((name) => aDeployment({ name })));
      const coming = ['g', 'a', 'c'];
      const meanwhile = async () => {
        const name = coming.shift();
        if (name) await insertAll(store, aDeployment({ name }));
      };
      expect((await walk(store, everything, { limit: 2, meanwhile })).flat()).toEqual([
        ...['b', 'd', 'f', 'g', 'h'],
      ]);
    });
  });

  describe('a list of deployments by labels', () => {
    test('has those whose labels are asked for, whole and in parts', async () => {
      const store = await harness().open();
      await insertLabelled(store, 'api', { app: 'shop', tier: 'api' });
      await insertLabelled(store, 'db', { app: 'shop', tier: 'db' });
      await insertLabelled(store, 'plain', {});
      await insertLabelled(store, 'web', { app: 'shop', public: '' });
      const by = (text: string) => ({ ...everything, selector: parseSelector(text) });
      const listed = async (text: string) => idsIn(await store.stores.deployments.listText(by(text)));
      expect(await listed('app=shop')).toEqual(['api', 'db', 'web']);
      expect(await listed('app=shop,tier!=db')).toEqual(['api', 'web']);
      expect(await listed('!app')).toEqual(['plain']);
      expect(await listed('public')).toEqual(['web']);
      expect(await walk(store, by('app'), { limit: 2 })).toEqual([['api', 'db'], ['web']]);
      expect(await walk(store, { ...by('app'), namespaces: ['other'] }, { limit: 2 })).toEqual([[]]);
    });

    test('goes by what is declared now', async () => {
      const store = await harness().open();
      await insertLabelled(store, 'web', { tier: 'old' });
      await store.write(async ({ deployments }) => {
        const revision = aRevision({ uid: 'uid-web', number: 2, spec: aSpec({ labels: { tier: 'new' } }) });
        await deployments.addRevision(revision);
        await deployments.update(aDeployment({ name: 'web', revision: 2, generation: 2 }), 1);
      });
      const listed = async (text: string) =>
        idsIn(await store.stores.deployments.listText({ ...everything, selector: parseSelector(text) }));
      expect([await listed('tier=old'), await listed('tier=new')]).toEqual([[], ['web']]);
    });
  });

  test('runs are listed from before a number', async () => {
    const store = await harness().open();
    await insertAll(store, aDeployment({ name: 'nightly', kind: 'job' }));
    const { number: _number, ...run } = aRunRecord({ uid: 'uid-nightly', createdAt: madeAt });
    await store.write(async ({ runs }) => {
      for (let count = 0; count < 5; count += 1) await runs.insert(run);
    });
    const numbers = async (...wanted: [limit: number, before?: number]) =>
      (await store.stores.runs.list('uid-nightly', ...wanted)).map(({ number }) => number);
    expect([await numbers(2), await numbers(2, 4), await numbers(9, 2), await numbers(9, 1)]).toEqual([
      ...[[5, 4], [3, 2], [1], []],
    ]);
  });
};
