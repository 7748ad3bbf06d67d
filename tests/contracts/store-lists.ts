/** The list of deployments: both halves in one text, sorted, filtered by what it shows. */
import { describe, expect, test } from 'vitest';
import type { Store } from '../../adapters/knex/store.ts';
import type { Status } from '../../core/deployment/status.ts';
import { emptyMemory } from '../../core/reconcile/memory.ts';
import { aDeployment, aRecording, aView, madeAt } from '../support/records.ts';
import { type Harness, holdLease, insertAll } from './store-harness.ts';

async function listed(store: Store, filter: { namespaces?: string[]; statuses?: Status[] } = {}) {
  const { text } = await store.stores.deployments.listText({ namespaces: [], statuses: [], ...filter });
  return JSON.parse(text);
}

const idsListed = async (store: Store, filter: Parameters<typeof listed>[1]): Promise<string[]> =>
  (await listed(store, filter)).map(({ id }: { readonly id: string }) => id);

const declared = {
  id: 'web',
  name: 'web',
  namespace: 'default',
  image: 'nginx:1.21',
  runtime: 'docker',
  kind: 'worker',
  replicas: 1,
  revision: 1,
  created_at: madeAt,
  updated_at: madeAt,
};

/** Five deployments: one never looked at, two running, one in trouble, one deleted. */
async function openFive(harness: Harness) {
  const store = await harness().open();
  const deletedAt = '2024-02-01T00:00:00.000Z';
  await insertAll(
    store,
    aDeployment({ name: 'new', namespace: 'staging' }),
    aDeployment({ name: 'web' }),
    aDeployment({ name: 'api', namespace: 'production' }),
    aDeployment({ name: 'bad' }),
    aDeployment({ name: 'old', namespace: 'production', deletedAt }),
  );
  const seen = (uid: string, status: Status) =>
    aRecording({ uid, observation: { view: aView({ status }), memory: emptyMemory } });
  const lease = await holdLease(store);
  await store.reconciler.record(lease, [
    seen('uid-web', 'running'),
    seen('uid-api', 'running'),
    seen('uid-bad', 'image_pull_back_off'),
    seen('uid-old', 'running'),
  ]);
  return { store, lease };
}

/** Of the list. */
export const storeListsDeployments = (harness: Harness) =>
  describe('the list of deployments', () => {
    test('is empty at first', async () => {
      const { stores } = await harness().open();
      expect((await stores.deployments.listText({ namespaces: [], statuses: [] })).text).toBe('[]');
    });

    test('shows what was never looked at as creating', async () => {
      const store = await harness().open();
      await insertAll(store, aDeployment());
      const observed = {
        status_reason: null,
        instances: [],
        ready_replicas: 0,
        restarts: 0,
        observed_at: null,
        rollout: null,
        schedule: null,
      };
      expect(await listed(store)).toEqual([{ ...declared, status: 'creating', ...observed }]);
    });

    test('shows what was observed beside what is declared', async () => {
      const store = await harness().open();
      await insertAll(store, aDeployment());
      const view = aView({
        status: 'crash_loop_back_off',
        status_reason: 'exited with "1"\n\\',
        instances: ['a', 'b'],
        ready_replicas: 1,
        restarts: 12,
      });
      const lease = await holdLease(store);
      await store.reconciler.record(lease, [aRecording({ observation: { view, memory: emptyMemory } })]);
      expect(await listed(store)).toEqual([{ ...declared, ...view }]);
    });

    test('shows what is deleted as deleted, looked at or not', async () => {
      const { store } = await openFive(harness);
      const deletedAt = '2024-02-01T00:00:00.000Z';
      await store.write(({ deployments }) =>
        deployments.update(aDeployment({ name: 'new', namespace: 'staging', deletedAt, generation: 2 }), 1),
      );
      const deleted = await listed(store, { statuses: ['deleted'] });
      expect(deleted).toMatchObject([
        { id: 'new', status: 'deleted', instances: [], observed_at: null },
        { id: 'old', status: 'deleted', instances: ['container-1'], observed_at: madeAt },
      ]);
    });

    test('is sorted by id', async () => {
      const store = await harness().open();
      const names = ['b', 'a0', 'a-0', 'a', 'z', '0'];
      await insertAll(store, ...names.map((name) => aDeployment({ name })));
      expect(await idsListed(store, {})).toEqual(['0', 'a', 'a-0', 'a0', 'b', 'z']);
    });

    test.each<[string, Parameters<typeof listed>[1], string[]]>([
      ['one namespace', { namespaces: ['production'] }, ['api', 'old']],
      ['several namespaces', { namespaces: ['production', 'staging'] }, ['api', 'new', 'old']],
      ['a namespace named twice', { namespaces: ['staging', 'staging'] }, ['new']],
      ['a namespace nobody is in', { namespaces: ['nowhere'] }, []],
      ['a namespace that looks like SQL', { namespaces: ["' or 1=1 --"] }, []],
      ['a status', { statuses: ['running'] }, ['api', 'web']],
      ['creating, which includes what was never looked at', { statuses: ['creating'] }, ['new']],
      ['deleted, whatever was observed', { statuses: ['deleted'] }, ['old']],
      [
        'several statuses',
        { statuses: ['deleted', 'creating', 'image_pull_back_off'] },
        ['bad', 'new', 'old'],
      ],
      ['both', { namespaces: ['production'], statuses: ['running'] }, ['api']],
    ])('is filtered by %s', async (_what, filter, ids) => {
      const { store } = await openFive(harness);
      expect(await idsListed(store, filter)).toEqual(ids);
    });

    test('says of what can be seen that it was seen when its runtime was last', async () => {
      const { store, lease } = await openFive(harness);
      await store.reconciler.noteObserved(lease, '2024-01-15T11:00:00.000Z');
      expect(await listed(store)).toMatchObject([
        { id: 'api', observed_at: '2024-01-15T11:00:00.000Z' },
        { id: 'bad', observed_at: '2024-01-15T11:00:00.000Z' },
        { id: 'new', observed_at: null },
        { id: 'old', observed_at: '2024-01-15T11:00:00.000Z' },
        { id: 'web', observed_at: '2024-01-15T11:00:00.000Z' },
      ]);
      const observation = await store.stores.deployments.observation('uid-web');
      expect(observation?.view.observed_at).toBe('2024-01-15T11:00:00.000Z');
    });

    test('says the same when the look is recorded with what it found, and only with it', async () => {
      const { store, lease } = await openFive(harness);
      const at = '2024-01-15T11:00:00.000Z';
      const seenAt = (observed_at: string) => [{ observed_at }, { observed_at }];
      await store.reconciler.record(lease, [aRecording()], at);
      expect(await listed(store, { statuses: ['running'] })).toMatchObject(seenAt(at));
      await store.reconciler.releaseLease(lease);
      const later = store.reconciler.record(lease, [aRecording()], '2024-01-15T12:00:00.000Z');
      await expect(later).rejects.toMatchObject({ code: 'LEASE_LOST' });
      expect(await listed(store, { statuses: ['running'] })).toMatchObject(seenAt(at));
    });

    test('never says that something was seen earlier than its observation says', async () => {
      const { store, lease } = await openFive(harness);
      await store.reconciler.noteObserved(lease, '2024-01-15T10:00:00.000Z');
      expect(await listed(store, { statuses: ['running'] })).toMatchObject([
        { observed_at: madeAt },
        { observed_at: madeAt },
      ]);
    });

    test('says of what became unknown when it was last seen, and keeps to that', async () => {
      const { store, lease } = await openFive(harness);
      const unknown = (observed_at: string | null) =>
        aRecording({ observation: { view: aView({ status: 'unknown', observed_at }), memory: emptyMemory } });
      await store.reconciler.noteObserved(lease, '2024-01-15T11:00:00.000Z');
      await store.reconciler.record(lease, [unknown(madeAt)]);
      await store.reconciler.noteObserved(lease, '2024-01-15T12:00:00.000Z');
      await store.reconciler.record(lease, [unknown('2024-01-15T11:00:00.000Z')]);
      expect(await listed(store, { statuses: ['unknown'] })).toMatchObject([
        { id: 'web', observed_at: '2024-01-15T11:00:00.000Z' },
      ]);
    });
  });
