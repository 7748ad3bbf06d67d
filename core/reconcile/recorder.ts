/**
 * Writes what the reconciler found and did. One change at a time, each read fresh before it is changed, so that a
 * tick and the end of some work never overwrite each other's memory.
 */
import { unobserved } from '../deployment/detail.ts';
import type { NewEvent } from '../event/event.ts';
import type { Desired, Lease, ReconcilerStore, Recording } from '../ports.ts';
import { emptyMemory, type Memory } from './memory.ts';

/** What some work changes about one deployment. */
export interface Change {
  readonly uid: string;
  /** The same object where there is nothing new to remember. */
  readonly memory: (before: Memory, desired: Desired) => Memory;
  readonly events: readonly NewEvent[];
}

/** Serializes changes of what is remembered. */
export interface Recorder {
  /** Runs work while nothing else is recorded. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Changes what is remembered of one deployment; nothing where it is gone. LEASE_LOST when the lease is. */
  change(lease: Lease, change: Change): Promise<void>;
}

/** A recorder on a store. */
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
