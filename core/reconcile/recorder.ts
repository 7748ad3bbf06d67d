/**
 * Records what the reconciler found and did, one change at a time, each based on the latest state, so that a tick and
 * the end of work never overwrite each other's memory. What is recorded is decided by judge and by execute/outcome.ts.
 */
import { unobserved } from '../deployment/detail.ts';
import type { NewEvent } from '../event/event.ts';
import type { Desired, Lease, ReconcilerStore, Recording } from '../ports.ts';
import { emptyMemory, type Memory } from './memory.ts';

/** What some work changes in one deployment. */
export interface Change {
  readonly uid: string;
  /** Returns the new memory; the same object if there is nothing new to remember. */
  readonly memory: (before: Memory, desired: Desired) => Memory;
  readonly events: readonly NewEvent[];
}

/** Serializes changes of the memory. */
export interface Recorder {
  /** Runs work while nothing else is recorded. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Changes the memory of one deployment; does nothing if the deployment is gone. LEASE_LOST if the lease is lost. */
  change(lease: Lease, change: Change): Promise<void>;
}

/** Makes a recorder for a store. */
export function makeRecorder(store: ReconcilerStore): Recorder {
  let last: Promise<unknown> = Promise.resolve();
  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.then(
      () => undefined,
      () => undefined,
    );
    return next;
  };
  return {
    exclusively,
    change: (lease, { uid, memory, events }) =>
      exclusively(async () => {
        const desired = await store.find(uid);
        if (!desired) return;
        const before = desired.observation ?? { view: unobserved, memory: emptyMemory };
        const after = memory(before.memory, desired);
        if (after === before.memory && events.length === 0) return;
        const recording: Recording = {
          uid,
          generation: desired.record.generation,
          observation: { view: before.view, memory: after },
          events,
          runs: null,
          purge: false,
        };
        await store.record(lease, [recording]);
      }),
  };
}
