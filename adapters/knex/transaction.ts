/**
 * One transaction on the one connection: all or nothing, tried again while another process is busy writing, and the
 * connection left clean whatever happened. What a write means is decided in write.ts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { isBusy, toRingError } from './faults.ts';

/** How long a write keeps trying while another process holds the database. */
const patienceMs = 5000;

/** Runs work in a transaction. Its first statement must write, so that it cannot lose a race half way. */
export async function transact<T>(db: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  return whileBusy(() => once(db, work));
}

/** Tries again while the database is busy, within a bound; then DATABASE_UNAVAILABLE. Other errors as RingErrors. */
export async function whileBusy<T>(attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || Date.now() >= end) throw toRingError(error);
      await sleep(10);
    }
  }
}

async function once<T>(db: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  const connection: unknown = await db.client.acquireConnection();
  const failures: unknown[] = [];
  try {
    return await db.transaction(
      async (trx) => {
        try {
          return await work(trx);
        } catch (error) {
          failures.push(error);
          throw error;
        }
      },
      { connection },
    );
  } catch (error) {
    await endTransaction(db, connection);
    // A rollback that SQLite already did itself fails, and knex would report that failure in place of the first.
    throw failures.length > 0 ? failures[0] : error;
  } finally {
    await db.client.releaseConnection(connection);
  }
}

/** After a failed commit the transaction may still be open, and the connection would carry it to the next user. */
async function endTransaction(db: Knex, connection: unknown): Promise<void> {
  const rollback = db.raw('ROLLBACK').connection(connection);
  await rollback.then(
    () => undefined,
    () => undefined,
  );
}
