/**
 * Reads and numbers events in the order in which they were recorded, of all deployments or of those that match a
 * filter. events.ts stores them.
 */
import type { Knex } from 'knex';
import type { EventFeed, FeedFilter, SequencedEvent } from '../../core/event/feed.ts';
import { eventView } from './codecs.ts';
import { guarded } from './faults.ts';
import type { EventRow } from './rows.ts';
import { chunksOf, keysAtOnce } from './session.ts';

interface ToldRow extends EventRow {
  readonly deployment: string;
  readonly namespace: string;
}

/** The EventFeed port on a database. */
export const makeEventFeed = (db: Knex): EventFeed =>
  guarded<EventFeed>({
    async newest(filter, { limit, before }) {
      if (limit <= 0) return [];
      const query = selectTold(db, filter).orderBy('e.sequence', 'desc').limit(limit);
      if (before !== undefined) query.where('e.sequence', '<', before);
      const rows: ToldRow[] = await query;
      return rows.reverse().map(toldEvent);
    },
    async after(sequence, filter, limit) {
      // The end is read first and the dropped range last: what happens in between is in the next part.
      const last = await readMark(db, 'events');
      const query = selectTold(db, filter)
        .where('e.sequence', '>', sequence)
        .where('e.sequence', '<=', last)
        .orderBy('e.sequence')
        .limit(limit);
      const rows: ToldRow[] = await query;
      const until = rows.length < limit ? last : Number(rows.at(-1)?.sequence ?? sequence);
      return { events: rows.map(toldEvent), until, last, dropped: await readDropped(db, filter) };
    },
  });

const toldEvent = (row: ToldRow): SequencedEvent => ({
  sequence: Number(row.sequence),
  event: { ...eventView(row), deployment: row.deployment, namespace: row.namespace },
});

function selectTold(db: Knex, { uid, level, namespaces = [], deployments = [] }: FeedFilter) {
  const query: Knex.QueryBuilder = db('events as e').join('deployments as d', 'd.uid', 'e.uid');
  query.select('e.*', 'd.id as deployment', 'd.namespace');
  if (uid !== undefined) query.where('e.uid', uid);
  if (level !== undefined) query.where('e.level', level);
  if (namespaces.length > 0) query.whereIn('d.namespace', [...namespaces]);
  if (deployments.length > 0) {
    const marks = deployments.map(() => '?').join(', ');
    const isMeant = `(d.id in (${marks}) or d.name || '.' || d.namespace in (${marks}))`;
    query.whereRaw(isMeant, [...deployments, ...deployments]);
  }
  return query;
}

async function readMark(db: Knex, mark: 'events' | 'events_dropped'): Promise<number> {
  const row: Readonly<Record<string, unknown>> = await db('changes').where('id', 1).first(mark);
  return Number(row[mark]);
}

/** Returns the highest dropped number of the deployment alone. */
async function readDropped(db: Knex, { uid }: FeedFilter): Promise<number> {
  if (uid === undefined) return readMark(db, 'events_dropped');
  const row: { readonly events_dropped: unknown } | undefined = await db('deployments')
    .where({ uid })
    .first('events_dropped');
  return Number(row?.events_dropped ?? 0);
}

/** Reserves `count` numbers never used before and returns the first one. To be called within a transaction. */
export async function takeSequences(trx: Knex, count: number): Promise<number> {
  const rows: { readonly events: unknown }[] = await trx('changes')
    .where('id', 1)
    .update({ events: trx.raw('events + ?', [count]) })
    .returning('events');
  return Number(rows[0]?.events) - count + 1;
}

/**
 * Drops the events of one deployment whose numbers a query selects, and records the highest dropped one. To be called
 * within a transaction.
 */
export async function dropEvents(trx: Knex, uid: string, numbers: Knex.QueryBuilder): Promise<number> {
  const found: EventRow['number'][] = await numbers.pluck('number');
  for (const some of chunksOf(keysAtOnce, found)) {
    const dropped = trx('events').whereIn('number', some);
    await noteDropped(trx, await lastOf(dropped.clone()), [uid]);
    await dropped.del();
  }
  return found.length;
}

/**
 * Records the highest event of deployments before they are removed with all their events. To be called within a
 * transaction.
 */
export async function notePurged(trx: Knex, uids: readonly string[]): Promise<void> {
  await noteDropped(trx, await lastOf(trx('events').whereIn('uid', [...uids])), []);
}

async function lastOf(query: Knex.QueryBuilder): Promise<number> {
  const rows: { readonly last: unknown }[] = await query.max('sequence as last');
  return Number(rows[0]?.last ?? 0);
}

async function noteDropped(trx: Knex, last: number, uids: readonly string[]): Promise<void> {
  await trx('changes').where('id', 1).where('events_dropped', '<', last).update({ events_dropped: last });
  if (uids.length === 0) return;
  await trx('deployments')
    .whereIn('uid', [...uids])
    .where('events_dropped', '<', last)
    .update({ events_dropped: last });
}
