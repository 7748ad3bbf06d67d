/** Which records are older, or more, than is kept, and removing them a few at a time. */
import type { Knex } from 'knex';
import type { OldRecords, RecordLimits } from '../../core/gc/store.ts';
import { keyKeptMs } from '../../core/idempotency/key.ts';
import { dropEvents } from './event-feed.ts';

/** How long a purge is remembered. */
export const tombstoneKeptMs = 30 * 24 * 60 * 60 * 1000;

/** How long the results of an instance that ended are kept. */
export const endedHealthKeptMs = 24 * 60 * 60 * 1000;

/** So few that nobody waits for them. */
const atOnce = 500;

type Limits = RecordLimits & { readonly now: number };

/** Records of one kind that are old. */
interface Old {
  count(db: Knex, limits: Limits): Promise<number>;
  /** Removes some of them; how many. */
  drop(trx: Knex, limits: Limits): Promise<number>;
}

/** What is old by one column alone. */
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

/** Of how many deployments events are dropped at once. */
const deploymentsAtOnce = 50;

/** A deployment with events that are old: how many there are, and how many of them are too old. */
interface Full {
  readonly uid: string;
  readonly total: unknown;
  readonly aged: unknown;
}

/** Read off the index of events by deployment and time, in its order. */
function selectFull(db: Knex, { now, historyAgeMs, eventsKept }: Limits): Knex.QueryBuilder<object, Full[]> {
  const aged = 'sum(case when last_seen < ? then 1 else 0 end)';
  const until = new Date(now - historyAgeMs).toISOString();
  return db('events')
    .select('uid', db.raw('count(*) as total'), db.raw(`${aged} as aged`, [until]))
    .groupBy('uid')
    .havingRaw(`count(*) > ? or ${aged} > 0`, [eventsKept, until]);
}

/** The oldest go: those beyond the number, and those beyond the age. */
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

/** How many records of a kind are old. */
export const countOld = (db: Knex, of: OldRecords, limits: Limits): Promise<number> =>
  kinds[of].count(db, limits);

/** Removes some of them within a transaction; how many. */
export const dropSomeOld = (trx: Knex, of: OldRecords, limits: Limits): Promise<number> =>
  kinds[of].drop(trx, limits);
