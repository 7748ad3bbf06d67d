/** Writes observations to a store as the reconciler would, for tests without a reconciler. */
import type { ObservedView } from '../../core/deployment/view.ts';
import { emptyMemory, type RolloutMemory } from '../../core/reconcile/memory.ts';
import type { FakeStore } from './fake-store.ts';
import { aView, madeAt } from './records.ts';

/** A rollout of the first revision, complete, but for what is said. */
export const aRollout = (changes: Partial<RolloutMemory> = {}): RolloutMemory => ({
  revision: 1,
  from: null,
  state: 'completed',
  startedAt: madeAt,
  progressAt: madeAt,
  finishedAt: null,
  updated: 1,
  resumes: 0,
  reason: null,
  ...changes,
});

/** The view of a worker with this rollout. */
export const viewOf = (rollout: RolloutMemory, changes: Partial<ObservedView> = {}): ObservedView => {
  const { state, revision, from, updated, reason } = rollout;
  const shown = { state, revision, from, updated, total: 1, started_at: madeAt, finished_at: null, reason };
  return aView({ rollout: shown, ...changes });
};

/** Records a worker as it stands with this rollout. */
export async function observe(
  store: FakeStore,
  id: string,
  { rollout = {}, view = {} }: { rollout?: Partial<RolloutMemory>; view?: Partial<ObservedView> } = {},
): Promise<void> {
  const record = await store.stores.deployments.find(id);
  const lease = await store.reconciler.acquireLease(60_000);
  if (!record || !lease) throw new Error(`There is no ${id}, or the lease is held`);
  const { uid, generation, revision } = record;
  const whole = aRollout({ revision, ...rollout });
  const observation = { view: viewOf(whole, view), memory: { ...emptyMemory, rollout: whole } };
  await store.reconciler.record(lease, [
    { uid, generation, observation, events: [], runs: null, purge: false },
  ]);
  await store.reconciler.releaseLease(lease);
}

/** Removes a deleted deployment for good. */
export async function purge(store: FakeStore, id: string): Promise<void> {
  const record = await store.stores.deployments.find(id);
  const lease = await store.reconciler.acquireLease(60_000);
  if (!record || !lease) throw new Error(`There is no ${id}, or the lease is held`);
  const { uid, generation } = record;
  await store.reconciler.record(lease, [
    { uid, generation, observation: null, events: [], runs: null, purge: true },
  ]);
  await store.reconciler.releaseLease(lease);
}
