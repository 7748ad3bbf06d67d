/**
 * The one way to change anything: a transaction that first counts the change and then does the work, so that whoever
 * sees the count unchanged has missed nothing.
 */
import type { Knex } from 'knex';
import type { Write } from '../../core/ports.ts';
import { makeStores } from './stores.ts';
import { transact } from './transaction.ts';

/** `written`: anything a list or a plan depends on. `seen`: only when the runtime was last seen. */
export type Counter = 'written' | 'seen';

/** Runs work in a transaction that counts as a change. The count comes first: it takes the write lock. */
export const counted = <T>(
  db: Knex,
  counter: Counter,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> =>
  transact(db, async (trx) => {
    await trx('changes').where('id', 1).increment(counter, 1);
    return work(trx);
  });

/** The Write port on a database. */
export const makeWrite =
  (db: Knex, now: () => number): Write =>
  (work) =>
    counted(db, 'written', (trx) => work(makeStores({ db: trx, writable: true }, now)));

/** How often each counter was raised, as text. */
export type Counts = Readonly<Record<Counter, string>>;

/** Reads both counters. */
export async function readCounts(db: Knex): Promise<Counts> {
  const row: { readonly written: unknown; readonly seen: unknown } = await db('changes')
    .where('id', 1)
    .first('written', 'seen');
  return { written: String(row.written), seen: String(row.seen) };
}
