/**
 * Determines whether the database answers: with a read, and after a failed write with a write, because a full disk can
 * still be read.
 */
import type { Knex } from 'knex';
import { shared } from '../../core/concurrency/shared.ts';
import { RingError } from '../../core/errors.ts';
import type { DatabaseHealth } from '../../core/ports.ts';
import { toRingError } from './faults.ts';
import { transact } from './transaction.ts';

/** How long a caller waits for a read by default, in ms. */
const pingMs = 3000;

/** The DatabaseHealth port, and the observation of writes that it depends on. */
export interface Health extends DatabaseHealth {
  /** Runs a write and records whether it succeeded. */
  watched<T>(write: () => Promise<T>): Promise<T>;
}

/** Makes the health check of one database. DATABASE_UNAVAILABLE when a read takes longer than `patienceMs`. */
export function makeHealth(db: Knex, patienceMs: number = pingMs): Health {
  let ailing = false;

  const watched = async <T>(write: () => Promise<T>): Promise<T> => {
    try {
      const result = await write();
      ailing = false;
      return result;
    } catch (error) {
      ailing ||= error instanceof RingError && error.code === 'DATABASE_UNAVAILABLE';
      throw error;
    }
  };

  /**
   * One query at a time, shared by all concurrent callers. It has no timeout of its own: knex's timeout would also
   * dispose of the only connection.
   */
  const answer = shared(async (): Promise<unknown> => db('changes').where('id', 1).first('id'));

  const read = async () => {
    try {
      await within(patienceMs, answer());
    } catch (error) {
      throw toRingError(error);
    }
  };

  /** A write that changes no data but must reach the disk. */
  const rewrite = () => transact(db, async (trx) => trx('changes').where('id', 1).update('id', 1));

  return {
    watched,
    async ping() {
      await (ailing ? watched(rewrite) : read());
    },
  };
}

/** Waits for the work; DATABASE_UNAVAILABLE after ms. The work continues. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(noAnswer()), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const noAnswer = () =>
  new RingError('DATABASE_UNAVAILABLE', 'The database did not answer in time', { retryAfterSeconds: 1 });
