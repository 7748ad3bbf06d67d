/**
 * Runs one transaction on the single connection: atomically, retried while another process writes, with the connection
 * left clean in any case. write.ts decides what counts as a write.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { isBusy, toRingError } from './faults.ts';

/** How long a write is retried while another process holds the database, in ms. */
const patienceMs = 5000;

/** Runs work in a transaction. Its first statement must be a write, so that it cannot lose a race half way. */
export async function transact<T>(db: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  return whileBusy(() => once(db, work));
}

/**
 * Retries while the database is busy, up to a time limit, then DATABASE_UNAVAILABLE. Other errors become RingErrors.
 */
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
    // A rollback that SQLite has already done fails, and knex would report that failure instead of the first one.
    throw failures.length > 0 ? failures[0] : error;
  } finally {
    await db.client.releaseConnection(connection);
  }
}

/**
 * Ends a transaction that may still be open after a failed commit; otherwise the connection would carry it to its next
 * user.
 */
async function endTransaction(db: Knex, connection: unknown): Promise<void> {
  const rollback = db.raw('ROLLBACK').connection(connection);
  await rollback.then(
    () => undefined,
    () => undefined,
  );
}
