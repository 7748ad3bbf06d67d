/**
 * Implements the lease: one row with the process that reconciles. The row is written before it is read, so two
 * processes cannot both win; each new holding has a higher number, which record.ts checks before it writes.
 */
import type { Knex } from 'knex';
import { RingError } from '../../core/errors.ts';
import type { Lease, ReconcilerStore } from '../../core/ports.ts';
import { whileBusy } from './transaction.ts';

/** The process that asks, and how to find out whether another holder is alive. */
export interface LeaseOptions {
  readonly db: Knex;
  /** The identity of this process. */
  readonly holder: string;
  readonly isHolderDead: (holder: string) => boolean;
  /** Returns the time in ms since 1970. */
  readonly now: () => number;
}

/**
 * Makes the lease's part of the ReconcilerStore. A lease is held until it is released or expires, also for its own
 * process: acquiring it again meanwhile returns null. An expired lease that nobody took can still be renewed.
 */
export function makeLease(
  options: LeaseOptions,
): Pick<ReconcilerStore, 'acquireLease' | 'renewLease' | 'releaseLease'> {
  const { db, holder, now } = options;
  return {
    acquireLease: (ttlMs) =>
      whileBusy(async () => (await takeFree(ttlMs, options)) ?? takeFromDead(ttlMs, options)),
    renewLease: (lease, ttlMs) =>
      whileBusy(async () => {
        const renewed = await held(db, lease, holder).update({ expires_at: now() + ttlMs });
        if (renewed === 0) throw leaseLost();
      }),
    releaseLease: (lease) =>
      whileBusy(async () => {
        await held(db, lease, holder).update({ holder: null, expires_at: 0 });
      }),
  };
}

/**
 * Checks within a transaction that this process holds the lease; LEASE_LOST otherwise. It writes, so that no other
 * process takes the lease meanwhile.
 */
export async function assertHeld(trx: Knex, lease: Lease, holder: string): Promise<void> {
  const still = await held(trx, lease, holder).update({ fencing: lease.fencing });
  if (still === 0) throw leaseLost();
}

const leaseLost = () => new RingError('LEASE_LOST', 'Another reconciler holds the lease');

const held = (db: Knex, { fencing }: Lease, holder: string) => db('lease').where({ id: 1, holder, fencing });

function takeFree(ttlMs: number, options: LeaseOptions): Promise<Lease | null> {
  const free = options
    .db('lease')
    .where('id', 1)
    .where((row) => row.whereNull('holder').orWhere('expires_at', '<=', options.now()));
  return take(free, ttlMs, options);
}

async function takeFromDead(ttlMs: number, options: LeaseOptions): Promise<Lease | null> {
  const { db } = options;
  const row: { readonly holder: string | null; readonly fencing: unknown } = await db('lease')
    .where('id', 1)
    .first('holder', 'fencing');
  if (row.holder === null || !options.isHolderDead(row.holder)) return null;
  return take(db('lease').where({ id: 1, holder: row.holder, fencing: Number(row.fencing) }), ttlMs, options);
}

async function take(
  row: Knex.QueryBuilder,
  ttlMs: number,
  { db, holder, now }: LeaseOptions,
): Promise<Lease | null> {
  const taken: { readonly fencing: number | string }[] = await row
    .update({ holder, fencing: db.raw('fencing + 1'), expires_at: now() + ttlMs })
    .returning('fencing');
  return taken[0] ? { fencing: Number(taken[0].fencing) } : null;
}
