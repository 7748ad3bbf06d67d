/** A reconciler's store that counts what is recorded: restarts, rollouts and runs, once they are written. */
import type { EventReason } from '../../core/event/event.ts';
import type { Desired, ReconcilerStore, Recording } from '../../core/ports.ts';
import type { Counters } from './counters.ts';

const rolloutOutcomes: Partial<Record<EventReason, string>> = {
  RolloutStarted: 'started',
  RolloutCompleted: 'completed',
  RolloutFailed: 'failed',
  RolledBack: 'rolled_back',
};
const runOutcomes: Partial<Record<EventReason, string>> = {
  RunStarted: 'started',
  RunCompleted: 'completed',
  RunFailed: 'failed',
  RunCancelled: 'cancelled',
  RunSkipped: 'skipped',
};

/** Counts what passes on its way into a store. */
export const countRecords = (
  store: ReconcilerStore,
  { restarts, rollouts, runs }: Pick<Counters, 'restarts' | 'rollouts' | 'runs'>,
): ReconcilerStore => {
  /** By uid: how many restarts are known of. */
  const known = new Map<string, number>();
  let last: readonly Desired[] | null = null;

  const learn = (desired: readonly Desired[]): void => {
    for (const { record, observation } of desired) {
      if (!known.has(record.uid)) known.set(record.uid, observation?.view.restarts ?? 0);
    }
    last = desired;
  };

  const count = ({ uid, observation, events, purge }: Recording): void => {
    for (const { reason } of events) {
      const [rollout, run] = [rolloutOutcomes[reason], runOutcomes[reason]];
      if (rollout !== undefined) rollouts.add({ outcome: rollout });
      if (run !== undefined) runs.add({ outcome: run });
    }
    if (observation) {
      // They become fewer where containers are replaced by others.
      restarts.add({}, Math.max(0, observation.view.restarts - (known.get(uid) ?? 0)));
      known.set(uid, observation.view.restarts);
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
    async record(lease, recordings) {
      await store.record(lease, recordings);
      recordings.forEach(count);
    },
  };
};
