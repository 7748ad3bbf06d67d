/**
 * The one way to change anything: a transaction that first counts the change and then does the work, so that whoever
 * sees the count unchanged has missed nothing.
 */
import type { Knex } from 'knex';
import type { Write } from '../../core/ports.ts';
import type { WritingSession } from './session.ts';
import { makeStores, type StoreTerms } from './stores.ts';
import { transact } from './transaction.ts';

/** `written`: anything a list or a plan depends on. `seen`: only when the runtime was last seen. */
export type Counter = 'written' | 'seen';

/** What a database emits after each change that it counted, with the counter; also where it may not stand. */
export const countedEvent = 'counted';

/** Runs work in a transaction that counts as a change. The count comes first: it takes the write lock. */
export const counted = <T>(
  db: Knex,
  counter: Counter,
  work: (session: WritingSession) => Promise<T>,
): Promise<T> =>
  transact(db, async (trx) => {
    const next = { [counter]: trx.raw('?? + 1', [counter]) };
    const rows: Record<string, unknown>[] = await trx('changes')
      .where('id', 1)
      .update(next)
      .returning(counter);
    return work({ db: trx, change: Number(rows[0]?.[counter]) });
  }).finally(() => db.emit(countedEvent, counter));

/** The Write port on a database. */
export const makeWrite =
  (db: Knex, terms: StoreTerms): Write =>
  (work) =>
    counted(db, 'written', (session) => work(makeStores(session, terms)));

/** How often each counter was raised. */
export type Counts = Readonly<Record<Counter, number>>;

/** Reads both counters. */
export async function readCounts(db: Knex): Promise<Counts> {
  const row: { readonly written: unknown; readonly seen: unknown } = await db('changes')
    .where('id', 1)
    .first('written', 'seen');
  return { written: Number(row.written), seen: Number(row.seen) };
}
