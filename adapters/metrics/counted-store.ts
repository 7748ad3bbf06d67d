/** Wraps a reconciler's store to count what is recorded: restarts, rollouts and runs, after they are written. */
import type { ObservedView } from '../../core/deployment/view.ts';
import type { EventReason } from '../../core/event/event.ts';
import type { Desired, ReconcilerStore, Recording } from '../../core/ports.ts';
import type { Counters } from './counters.ts';

type Rollout = NonNullable<ObservedView['rollout']>;

const outcomes: ReadonlySet<Rollout['state']> = new Set(['completed', 'failed', 'rolled_back']);

const runOutcomes: Partial<Record<EventReason, string>> = {
  RunStarted: 'started',
  RunCompleted: 'completed',
  RunFailed: 'failed',
  RunCancelled: 'cancelled',
  RunSkipped: 'skipped',
};

/** Counts what passes through a store. */
export const countRecords = (
  store: ReconcilerStore,
  { restarts, rollouts, runs }: Pick<Counters, 'restarts' | 'rollouts' | 'runs'>,
): ReconcilerStore => {
  /** The last recorded view by uid, written by this process or an earlier one. */
  const known = new Map<string, ObservedView | null>();
  let last: readonly Desired[] | null = null;

  const learn = (desired: readonly Desired[]): void => {
    for (const { record, observation } of desired) {
      if (!known.has(record.uid)) known.set(record.uid, observation?.view ?? null);
    }
    last = desired;
  };

  const countRollout = (before: Rollout | null, now: Rollout): void => {
    const isSame = before?.revision === now.revision && before.started_at === now.started_at;
    if (!isSame) rollouts.add({ outcome: 'started' });
    if (outcomes.has(now.state) && !(isSame && before.state === now.state))
      rollouts.add({ outcome: now.state });
  };

  const count = ({ uid, observation, events, purge }: Recording): void => {
    for (const { reason } of events) {
      const run = runOutcomes[reason];
      if (run !== undefined) runs.add({ outcome: run });
    }
    if (observation) {
      const [before, now] = [known.get(uid) ?? null, observation.view];
      // The number decreases when containers are replaced.
      restarts.add({}, Math.max(0, now.restarts - (before?.restarts ?? 0)));
      if (now.rollout) countRollout(before?.rollout ?? null, now.rollout);
      known.set(uid, now);
    }
    if (purge) known.delete(uid);
  };

  return {
    ...store,
    async desired() {
      const desired = await store.desired();
      if (desired !== last) learn(desired);
      return desired;
    },
    async record(lease, recordings, observedAt) {
      await store.record(lease, recordings, observedAt);
      recordings.forEach(count);
    },
  };
};
