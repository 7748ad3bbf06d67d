/** Holds the lease for as long as a tick or work in flight needs it, and no longer. */
import { RingError } from '../errors.ts';
import type { Clock, Lease, Log, ReconcilerStore } from '../ports.ts';

const ttlMs = 30_000;

/** The lease as the reconciler uses it. */
export interface LeaseKeeper {
  /** The lease, taken if need be. RECONCILER_BUSY when another process holds it. */
  take(): Promise<Lease>;
  /** The lease if it is held. */
  held(): Lease | null;
  /** Gives it back; a failure to do so is left to its expiry. */
  giveBack(): Promise<void>;
}

/** A keeper that renews a held lease by itself; `lost` is called when another took it over. */
export function makeLeaseKeeper(
  ports: { readonly store: ReconcilerStore; readonly clock: Clock; readonly log: Log },
  lost: () => void,
): LeaseKeeper {
  let lease: Lease | null = null;
  let wantedUntilStopped = new AbortFlag();

  /** Until when the lease is surely ours, ms since 1970; a database that does not answer moves nothing. */
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

  /** Renews at every third of the time; gives up while there is still one left for what is under way. */
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

/** A signal that needs no platform. */
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
