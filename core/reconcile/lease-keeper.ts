/**
 * Holds the lease for as long as a tick or work in flight needs it, and no longer. When it is taken and released is
 * decided in reconciler.ts.
 */
import { RingError } from '../errors.ts';
import type { Clock, Lease, Log, ReconcilerStore } from '../ports.ts';

const ttlMs = 30_000;

/** The lease as the reconciler uses it. */
export interface LeaseKeeper {
  /** Returns the lease, and takes it first if it is not held. RECONCILER_BUSY if another process holds it. */
  take(): Promise<Lease>;
  /** Returns the lease if it is held, otherwise null. */
  held(): Lease | null;
  /** Releases the lease; if that fails, the lease expires. */
  giveBack(): Promise<void>;
}

/** Makes a keeper that renews a held lease by itself; `lost` is called when another process took it over. */
export function makeLeaseKeeper(
  ports: { readonly store: ReconcilerStore; readonly clock: Clock; readonly log: Log },
  lost: () => void,
): LeaseKeeper {
  let lease: Lease | null = null;
  let wantedUntilStopped = new AbortFlag();

  /**
   * Renews the lease; returns until when it is certainly ours, ms since 1970. If the database does not answer, that
   * time stays.
   */
  const renewed = async (held: Lease, until: number): Promise<number> => {
    const now = ports.clock.now();
    try {
      await ports.store.renewLease(held, ttlMs);
      return now + ttlMs;
    } catch (error) {
      ports.log.warn('The lease could not be renewed', { error });
      return error instanceof RingError && error.code === 'LEASE_LOST' ? now : until;
    }
  };

  /** Renews the lease after every third of its time; gives up while one third is left for the work under way to end. */
  const keep = async (held: Lease, flag: AbortFlag) => {
    const third = ttlMs / 3;
    let until = ports.clock.now() + ttlMs;
    while (until - ports.clock.now() > third) {
      await ports.clock.sleep(third, flag);
      if (flag.aborted) return;
      until = await renewed(held, until);
    }
    if (flag.aborted) return;
    if (lease === held) lease = null;
    lost();
  };

  return {
    held: () => lease,
    async take() {
      if (lease) return lease;
      const taken = await ports.store.acquireLease(ttlMs);
      if (!taken) {
        throw new RingError('RECONCILER_BUSY', 'Another process is reconciling this database right now', {
          retryAfterSeconds: 1,
        });
      }
      lease = taken;
      wantedUntilStopped = new AbortFlag();
      void keep(taken, wantedUntilStopped);
      return taken;
    },
    async giveBack() {
      if (!lease) return;
      const held = lease;
      lease = null;
      wantedUntilStopped.abort();
      try {
        await ports.store.releaseLease(held);
      } catch (error) {
        ports.log.warn('The lease could not be given back; it will expire', { error });
      }
    },
  };
}

/** An abort signal that does not depend on a platform. */
class AbortFlag {
  aborted = false;
  private readonly listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }
}
