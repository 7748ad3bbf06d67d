/**
 * Whether the database answers: asked by a read, and after a write that failed by a write, since a full disk can still
 * be read from.
 */
import type { Knex } from 'knex';
import { RingError } from '../../core/errors.ts';
import type { DatabaseHealth } from '../../core/ports.ts';
import { toRingError } from './faults.ts';
import { transact } from './transaction.ts';

/** How long a read may take. */
const pingMs = 3000;

/** The DatabaseHealth port, and what it learns from. */
export interface Health extends DatabaseHealth {
  /** Runs a write and remembers whether the database took it. */
  watched<T>(write: () => Promise<T>): Promise<T>;
}

/** The health of one database. */
export function makeHealth(db: Knex): Health {
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

  const read = async () => {
    try {
      await db('changes').where('id', 1).first('id').timeout(pingMs);
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
