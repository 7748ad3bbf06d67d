/**
 * Stores events: repeats are counted in their row, and only the thousand most recent events of each deployment are
 * kept. core/event/repeat.ts defines what a repeat is.
 */
import type { Knex } from 'knex';
import type { NewEvent } from '../../core/event/event.ts';
import { isRepeat, repeatableEvents } from '../../core/event/repeat.ts';
import type { Events } from '../../core/ports.ts';
import { eventRow, eventView, later } from './codecs.ts';
import { dropEvents, takeSequences } from './event-feed.ts';
import { guarded } from './faults.ts';
import type { EventRow } from './rows.ts';
import { chunksOf, keysAtOnce, rowsAtOnce, type Session, writing } from './session.ts';

/** The number of events kept of each deployment. */
const kept = 1000;

/** The Events port on a session. */
export const makeEvents = (session: Session): Events =>
  guarded<Events>({
    add: async (events) => addEvents(writing(session).db, events),
    async list(uid, { level, limit }) {
      if (limit <= 0) return [];
      const query = newestFirst(session.db<EventRow>('events').where({ uid })).limit(limit);
      if (level !== undefined) query.where({ level });
      const rows: EventRow[] = await query;
      return rows.reverse().map(eventView);
    },
  });

/** Adds events within a transaction. Events of deployments that no longer exist are dropped. */
export async function addEvents(trx: Knex, events: readonly NewEvent[]): Promise<void> {
  const fresh = events.map(eventRow);
  const pending = await readRepeatable(trx, fresh);
  const recorded = fresh.flatMap((row) => seen(row, pending.get(row.uid)));
  const changed = [...new Set(recorded)];
  if (changed.length === 0) return;
  const sequences = await sequencesOf(trx, recorded);
  const numbered = changed.map((one) => ({
    stored: one.stored,
    row: { ...one.row, sequence: sequences.get(one) ?? 0 },
  }));
  const again = numbered.flatMap(({ stored, row }) => (stored === null ? [] : [{ ...row, number: stored }]));
  const added = numbered.filter(({ stored }) => stored === null).map(({ row }) => row);
  for (const rows of chunksOf(rowsAtOnce, again)) {
    await trx('events').insert(rows).onConflict('number').merge(['count', 'last_seen', 'sequence']);
  }
  for (const rows of chunksOf(rowsAtOnce, added)) await trx('events').insert(rows);
  await trim(trx, [...new Set(added.map(({ uid }) => uid))]);
}

/** Returns the sequence number of each event's last recording. */
async function sequencesOf(trx: Knex, recorded: readonly Pending[]): Promise<ReadonlyMap<Pending, number>> {
  const inOrder = [...new Set([...recorded].reverse())].reverse();
  const first = await takeSequences(trx, inOrder.length);
  return new Map(inOrder.map((one, index) => [one, first + index]));
}

type Fresh = Omit<EventRow, 'number' | 'sequence'>;

/** An event to be written: its row, without a number while it is new. */
interface Pending {
  readonly stored: number | null;
  row: Fresh;
}

/** Returns the newest events that any of these may repeat, by uid, of deployments that exist. */
async function readRepeatable(trx: Knex, events: readonly Fresh[]): Promise<ReadonlyMap<string, Pending[]>> {
  const found = new Map<string, Pending[]>();
  for (const some of chunksOf(keysAtOnce, [...new Set(events.map(({ uid }) => uid))])) {
    const known: string[] = await trx('deployments').whereIn('uid', some).pluck('uid');
    for (const uid of known) found.set(uid, []);
  }
  const rows = new Map<number, EventRow>();
  for (const some of chunksOf(keysAtOnce, events)) {
    for (const row of await readNewest(trx, some)) rows.set(row.number, row);
  }
  for (const row of rows.values()) found.get(row.uid)?.push({ stored: row.number, row: withoutNumber(row) });
  return found;
}

/** Selects the candidates in the database, so that only events that may be repeated are transferred. */
function readNewest(trx: Knex, events: readonly Fresh[]): Knex.QueryBuilder<EventRow, EventRow[]> {
  const newest: Knex.QueryBuilder = trx('events as n').select('n.number').whereRaw('n.uid = d.uid');
  const values = (field: 'uid' | 'message') => [...new Set(events.map((event) => event[field]))];
  const found: Knex.QueryBuilder = trx('deployments as d').joinRaw('cross join events as e');
  return found
    .whereIn('e.number', newestFirst(newest).limit(repeatableEvents))
    .whereIn('d.uid', values('uid'))
    .whereIn('e.message', values('message'))
    .select('e.*');
}

const withoutNumber = ({ number: _number, sequence: _sequence, ...row }: EventRow): Fresh => row;

const newestFirst = <Query extends Knex.QueryBuilder>(query: Query): Query => {
  query.orderBy('last_seen', 'desc').orderBy('number', 'desc');
  return query;
};

/** Counts the event in the row that it repeats, or adds a row; adds nothing when its deployment no longer exists. */
function seen(fresh: Fresh, pending: Pending[] | undefined): readonly Pending[] {
  if (!pending) return [];
  const [before] = pending.filter(({ row }) => isRepeat(row, fresh)).sort(byNewest);
  if (!before) {
    const added = { stored: null, row: fresh };
    pending.push(added);
    return [added];
  }
  const lastSeen = later(before.row.last_seen, fresh.last_seen) ?? fresh.last_seen;
  before.row = { ...before.row, count: before.row.count + 1, last_seen: lastSeen };
  return [before];
}

const byNewest = (one: Pending, other: Pending): number =>
  one.row.last_seen === other.row.last_seen
    ? (other.stored ?? Number.MAX_VALUE) - (one.stored ?? Number.MAX_VALUE)
    : one.row.last_seen < other.row.last_seen
      ? 1
      : -1;

async function trim(trx: Knex, uids: readonly string[]): Promise<void> {
  for (const some of chunksOf(keysAtOnce, uids)) {
    const full: string[] = await trx('events')
      .whereIn('uid', some)
      .groupBy('uid')
      .havingRaw('count(*) > ?', [kept])
      .pluck('uid');
    for (const uid of full) {
      await dropEvents(trx, uid, newestFirst(trx('events').where({ uid })).offset(kept));
    }
  }
}
