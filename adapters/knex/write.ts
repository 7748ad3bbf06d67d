/**
 * The only way to change data: a transaction that first increments a counter and then does the work, so that a reader
 * that sees the counter unchanged has missed nothing.
 */
import type { Knex } from 'knex';
import type { Write } from '../../core/ports.ts';
import type { WritingSession } from './session.ts';
import { makeStores, type StoreTerms } from './stores.ts';
import { transact } from './transaction.ts';

/**
 * `written`: counts changes that a list or a plan depends on. `seen`: counts updates of the time at which a runtime was
 * last observed.
 */
export type Counter = 'written' | 'seen';

/**
 * The event that a database emits after each counted change, with the counter; also when the commit may have failed.
 */
export const countedEvent = 'counted';

/** Runs work in a transaction that counts as a change. The counter is incremented first, which takes the write lock. */
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

/** The values of both counters. */
export type Counts = Readonly<Record<Counter, number>>;

/** Reads both counters. */
export async function readCounts(db: Knex): Promise<Counts> {
  const row: { readonly written: unknown; readonly seen: unknown } = await db('changes')
    .where('id', 1)
    .first('written', 'seen');
  return { written: Number(row.written), seen: Number(row.seen) };
}
