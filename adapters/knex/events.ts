/** Events: repeats of a deployment's latest are counted, and only the newest thousand of each are kept. */
import type { Knex } from 'knex';
import type { NewEvent } from '../../core/event/event.ts';
import type { Events } from '../../core/ports.ts';
import { eventRow, eventView } from './codecs.ts';
import { guarded } from './faults.ts';
import type { EventRow } from './rows.ts';
import { chunksOf, keysAtOnce, rowsAtOnce, type Session, writing } from './session.ts';

/** How many events of one deployment are kept. */
const kept = 1000;

/** The Events port on a session. */
export const makeEvents = (session: Session): Events =>
  guarded<Events>({
    add: async (events) => addEvents(writing(session).db, events),
    async list(uid, { level, limit }) {
      if (limit <= 0) return [];
      const query = session.db<EventRow>('events').where({ uid }).orderBy('number', 'desc').limit(limit);
      if (level !== undefined) query.where({ level });
      const rows: EventRow[] = await query;
      return rows.reverse().map(eventView);
    },
  });

/** Adds events within a transaction. Those of a deployment that is gone by now are dropped. */
export async function addEvents(trx: Knex, events: readonly NewEvent[]): Promise<void> {
  const uids = [...new Set(events.map(({ uid }) => uid))];
  const latest = await readLatest(trx, uids);
  const changed = fold(events, latest);
  for (const { stored, row } of changed) {
    if (stored === null) continue;
    await trx('events').where('number', stored).update({ count: row.count, last_seen: row.last_seen });
  }
  const added = changed.filter(({ stored }) => stored === null).map(({ row }) => row);
  for (const rows of chunksOf(rowsAtOnce, added)) await trx('events').insert(rows);
  if (added.length > 0) await trim(trx, uids);
}

type Fresh = Omit<EventRow, 'number'>;

/** By uid: the latest event of each deployment that exists, null where it has none. */
async function readLatest(trx: Knex, uids: readonly string[]): Promise<Map<string, EventRow | null>> {
  const latest = new Map<string, EventRow | null>();
  for (const some of chunksOf(keysAtOnce, uids)) {
    const newest = trx('events').max('number').whereIn('uid', some).groupBy('uid');
    const rows: EventRow[] = await trx('events').whereIn('number', newest);
    const known: string[] = await trx('deployments').whereIn('uid', some).pluck('uid');
    for (const uid of known) latest.set(uid, null);
    for (const row of rows) latest.set(row.uid, row);
  }
  return latest;
}

/** An event on its way: its row, whose number is missing while it is new. */
interface Pending {
  readonly stored: number | null;
  row: Fresh;
}

/** What changes in the table: stored events seen again, and new ones, among which repeats are counted as well. */
function fold(events: readonly NewEvent[], latest: ReadonlyMap<string, EventRow | null>): readonly Pending[] {
  const last = new Map<string, Pending>();
  const changed = new Set<Pending>();
  for (const event of events) {
    const stored = latest.get(event.uid);
    if (stored === undefined) continue;
    const before = last.get(event.uid) ?? (stored && { stored: stored.number, row: stored });
    const fresh = eventRow(event);
    const repeats = before !== null && isRepeat(before.row, fresh);
    const pending = repeats ? before : { stored: null, row: fresh };
    if (repeats) pending.row = { ...before.row, count: before.row.count + 1, last_seen: fresh.last_seen };
    last.set(event.uid, pending);
    changed.add(pending);
  }
  return [...changed];
}

const isRepeat = (one: Fresh, other: Fresh): boolean =>
  one.reason === other.reason &&
  one.message === other.message &&
  one.level === other.level &&
  one.component === other.component;

async function trim(trx: Knex, uids: readonly string[]): Promise<void> {
  for (const some of chunksOf(keysAtOnce, uids)) {
    const full: string[] = await trx('events')
      .whereIn('uid', some)
      .groupBy('uid')
      .havingRaw('count(*) > ?', [kept])
      .pluck('uid');
    for (const uid of full) {
      const oldest = trx('events').select('number').where({ uid }).orderBy('number', 'desc').offset(kept);
      await trx('events').where({ uid }).where('number', '<=', oldest.limit(1)).del();
    }
  }
}
