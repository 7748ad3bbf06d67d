import { expect, it } from 'vitest';
import { countRecords } from '../../../adapters/metrics/counted-store.ts';
import { makeCounters } from '../../../adapters/metrics/counters.ts';
import type { ObservedView, RolloutView } from '../../../core/deployment/view.ts';
import type { Recording } from '../../../core/ports.ts';
import { emptyMemory } from '../../../core/reconcile/memory.ts';
import { holdLease, insertAll } from '../../contracts/store-harness.ts';
import { makeFakeStore } from '../../support/fake-store.ts';
import { aDeployment, anEvent, aRecording, aView, madeAt } from '../../support/records.ts';

const rollout = (changes: Partial<RolloutView> = {}): RolloutView => ({
  ...{ state: 'in_progress', revision: 1, from: null, updated: 0, total: 1 },
  ...{ started_at: madeAt, finished_at: null, reason: null },
  ...changes,
});

/** A counted store with a deployment `web` in it, and what records a view of that. */
const setUp = async (store = makeFakeStore()) => {
  const counters = makeCounters();
  const counted = countRecords(store.reconciler, counters);
  if (!(await store.stores.deployments.find('web'))) await insertAll(store, aDeployment());
  const lease = await holdLease(store);
  await counted.desired();
  const record = async (view: Partial<ObservedView>, changes: Partial<Recording> = {}) => {
    const observation = { view: aView(view), memory: emptyMemory };
    await counted.record(lease, [aRecording({ observation, ...changes })]);
    await counted.desired();
  };
  const values = (of: 'restarts' | 'rollouts' | 'runs') =>
    Object.fromEntries(counters[of].values().map(({ labels, value }) => [labels.outcome ?? 'all', value]));
  return { store, counted, lease, record, values };
};

it('counts restarts as they become more, and not that replaced containers have none', async () => {
  const { record, values } = await setUp();
  for (const restarts of [0, 2, 2, 3, 0, 1]) await record({ restarts });
  expect(values('restarts')).toEqual({ all: 4 });
});

it('counts nothing again that was recorded before this process began', async () => {
  const first = await setUp();
  await first.record({ restarts: 7, rollout: rollout({ state: 'completed' }) });
  await first.store.reconciler.releaseLease(first.lease);
  const second = await setUp(first.store);
  await second.record({ restarts: 8, rollout: rollout({ state: 'completed' }) });
  expect([second.values('restarts'), second.values('rollouts')]).toEqual([{ all: 1 }, {}]);
});

it('counts how rollouts begin and end, each once', async () => {
  const { record, values } = await setUp();
  await record({ rollout: rollout() });
  await record({ rollout: rollout({ updated: 1 }) });
  await record({ rollout: rollout({ state: 'completed' }) });
  await record({ rollout: rollout({ state: 'completed' }) });
  await record({ rollout: rollout({ revision: 2 }) });
  await record({ rollout: rollout({ revision: 2, state: 'rolling_back' }) });
  await record({ rollout: rollout({ revision: 2, state: 'rolled_back' }) });
  await record({ rollout: rollout({ revision: 3, state: 'failed' }) });
  expect(values('rollouts')).toEqual({ started: 3, completed: 1, rolled_back: 1, failed: 1 });
});

it('counts runs by what is told of them, and nothing that could not be written', async () => {
  const { record, values, counted, lease, store } = await setUp();
  await record({}, { events: [anEvent({ reason: 'RunStarted' }), anEvent({ reason: 'RunFailed' })] });
  await store.reconciler.releaseLease(lease);
  const late = counted.record(lease, [aRecording({ events: [anEvent({ reason: 'RunCompleted' })] })]);
  await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(values('runs')).toEqual({ started: 1, failed: 1 });
});

it('passes on when it was looked', async () => {
  const { store, counted, lease } = await setUp();
  await counted.record(lease, [aRecording()], '2024-01-15T11:00:00.000Z');
  const observation = await store.stores.deployments.observation('uid-web');
  expect(observation?.view.observed_at).toBe('2024-01-15T11:00:00.000Z');
});
