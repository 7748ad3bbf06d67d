/**
 * Whether the database answers: asked by a read, and after a write that failed by a write, since a full disk can still
 * be read from.
 */
import type { Knex } from 'knex';
import { shared } from '../../core/concurrency/shared.ts';
import { RingError } from '../../core/errors.ts';
import type { DatabaseHealth } from '../../core/ports.ts';
import { toRingError } from './faults.ts';
import { transact } from './transaction.ts';

/** How long a caller waits for a read by default. */
const pingMs = 3000;

/** The DatabaseHealth port, and what it learns from. */
export interface Health extends DatabaseHealth {
  /** Runs a write and remembers whether the database took it. */
  watched<T>(write: () => Promise<T>): Promise<T>;
}

/** The health of one database. DATABASE_UNAVAILABLE where a read does not answer within `patienceMs`. */
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
   * One query at a time, shared by all who ask meanwhile. It is left to end by itself: a timeout of knex's would dispose
   * of the only connection with it.
   */
  const answer = shared(async (): Promise<unknown> => db('changes').where('id', 1).first('id'));

  const read = async () => {
    try {
      await within(patienceMs, answer());
    } catch (error) {
      throw toRingError(error);
    }
  };

  /** Changes nothing, but has to be written all the same. */
  const rewrite = () => transact(db, async (trx) => trx('changes').where('id', 1).update('id', 1));

  return {
    watched,
    async ping() {
      await (ailing ? watched(rewrite) : read());
    },
  };
}

/** What comes of the work, or DATABASE_UNAVAILABLE where nothing has after ms. The work goes on. */
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
