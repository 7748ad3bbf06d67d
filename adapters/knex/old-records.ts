/** Which records are older, or more, than is kept, and removing them a few at a time. */
import type { Knex } from 'knex';
import type { OldRecords, RecordLimits } from '../../core/gc/store.ts';

/** How long a purge is remembered. */
export const tombstoneKeptMs = 30 * 24 * 60 * 60 * 1000;

/** How long the results of an instance that ended are kept. */
export const endedHealthKeptMs = 24 * 60 * 60 * 1000;

/** So few that nobody waits for them. */
const atOnce = 500;

interface Old {
  readonly table: string;
  readonly key: string;
  /** Picks the old ones. */
  readonly among: (rows: Knex.QueryBuilder, db: Knex, limits: RecordLimits & { now: number }) => void;
}

const iso = (ms: number): string => new Date(ms).toISOString();

const tables: { readonly [Of in OldRecords]: Old } = {
  events: {
    table: 'events',
    key: 'number',
    among: (rows, db, { now, historyAgeMs, eventsKept }) => {
      const place = 'row_number() over (partition by uid order by last_seen desc, number desc) as place';
      const ranked = db('events').select('number', db.raw(place)).as('ranked');
      const beyond = db(ranked).where('place', '>', eventsKept).select('number');
      rows.where((row) => row.where('last_seen', '<', iso(now - historyAgeMs)).orWhereIn('number', beyond));
    },
  },
  health_checks: {
    table: 'health_checks',
    key: 'instance_id',
    among: (rows, _db, { now }) => void rows.where('ended_at', '<=', now - endedHealthKeptMs),
  },
  revocations: {
    table: 'revocations',
    key: 'token_id',
    among: (rows, _db, { now }) => void rows.where('expires_at', '<=', now),
  },
  tombstones: {
    table: 'tombstones',
    key: 'uid',
    among: (rows, _db, { now }) => void rows.where('purged_at', '<=', now - tombstoneKeptMs),
  },
};

/** How many records of a kind are old. */
export async function countOld(
  db: Knex,
  of: OldRecords,
  limits: RecordLimits & { readonly now: number },
): Promise<number> {
  const { table, among } = tables[of];
  const query = db(table);
  among(query, db, limits);
  const rows: { readonly count: unknown }[] = await query.count({ count: '*' });
  return Number(rows[0]?.count);
}

/** Removes some of them within a transaction; how many. */
export async function dropSomeOld(
  trx: Knex,
  of: OldRecords,
  limits: RecordLimits & { readonly now: number },
): Promise<number> {
  const { table, key, among } = tables[of];
  const old = trx(table).select(key).limit(atOnce);
  among(old, trx, limits);
  return trx(table).whereIn(key, old).del();
}
