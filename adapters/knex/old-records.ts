/**
 * Selects the records that exceed the configured age or number and removes them in small batches. gc.ts runs the
 * batches.
 */
import type { Knex } from 'knex';
import type { OldRecords, RecordLimits } from '../../core/gc/store.ts';
import { keyKeptMs } from '../../core/idempotency/key.ts';
import { dropEvents } from './event-feed.ts';

/** How long a purge is remembered, in ms. */
export const tombstoneKeptMs = 30 * 24 * 60 * 60 * 1000;

/** How long the results of an ended instance are kept, in ms. */
export const endedHealthKeptMs = 24 * 60 * 60 * 1000;

/** The size of a batch: small enough that no other write waits noticeably. */
const atOnce = 500;

type Limits = RecordLimits & { readonly now: number };

/** Old records of one kind. */
interface Old {
  count(db: Knex, limits: Limits): Promise<number>;
  /** Removes some of them and returns how many. */
  drop(trx: Knex, limits: Limits): Promise<number>;
}

/** Makes the rule for records whose age depends on one column alone. */
const by = (table: string, key: string, isOld: (rows: Knex.QueryBuilder, limits: Limits) => void): Old => ({
  async count(db, limits) {
    const query = db(table);
    isOld(query, limits);
    const rows: { readonly count: unknown }[] = await query.count({ count: '*' });
    return Number(rows[0]?.count);
  },
  drop(trx, limits) {
    const old = trx(table).select(key).limit(atOnce);
    isOld(old, limits);
    return trx(table).whereIn(key, old).del();
  },
});

/** The number of deployments whose events are dropped at once. */
const deploymentsAtOnce = 50;

/** A deployment with old events: the total number, and the number of those that are too old. */
interface Full {
  readonly uid: string;
  readonly total: unknown;
  readonly aged: unknown;
}

/** Selects from the index of events by deployment and time, in its order. */
function selectFull(db: Knex, { now, historyAgeMs, eventsKept }: Limits): Knex.QueryBuilder<object, Full[]> {
  const aged = 'sum(case when last_seen < ? then 1 else 0 end)';
  const until = new Date(now - historyAgeMs).toISOString();
  return db('events')
    .select('uid', db.raw('count(*) as total'), db.raw(`${aged} as aged`, [until]))
    .groupBy('uid')
    .havingRaw(`count(*) > ? or ${aged} > 0`, [eventsKept, until]);
}

/** Returns how many of the oldest events exceed the number or the age. */
const surplusOf = ({ total, aged }: Full, { eventsKept }: Limits): number =>
  Math.max(Number(aged), Number(total) - eventsKept);

const events: Old = {
  async count(db, limits) {
    const full = await selectFull(db, limits);
    return full.reduce((sum, one) => sum + surplusOf(one, limits), 0);
  },
  async drop(trx, limits) {
    let dropped = 0;
    for (const one of await selectFull(trx, limits).limit(deploymentsAtOnce)) {
      if (dropped >= atOnce) break;
      const surplus = Math.min(surplusOf(one, limits), atOnce - dropped);
      const oldest = trx('events').where({ uid: one.uid });
      dropped += await dropEvents(trx, one.uid, oldest.orderBy('last_seen').orderBy('number').limit(surplus));
    }
    return dropped;
  },
};

const kinds: { readonly [Of in OldRecords]: Old } = {
  events,
  health_checks: by('health_checks', 'instance_id', (rows, { now }) =>
    rows.where('ended_at', '<=', now - endedHealthKeptMs),
  ),
  revocations: by('revocations', 'token_id', (rows, { now }) => rows.where('expires_at', '<=', now)),
  tombstones: by('tombstones', 'uid', (rows, { now }) =>
    rows.where('purged_at', '<=', now - tombstoneKeptMs),
  ),
  request_keys: by('request_keys', 'id', (rows, { now }) => rows.where('claimed_at', '<=', now - keyKeptMs)),
};

/** Returns the number of old records of a kind. */
export const countOld = (db: Knex, of: OldRecords, limits: Limits): Promise<number> =>
  kinds[of].count(db, limits);

/** Removes some old records within a transaction and returns how many. */
export const dropSomeOld = (trx: Knex, of: OldRecords, limits: Limits): Promise<number> =>
  kinds[of].drop(trx, limits);
