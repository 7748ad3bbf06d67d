/** Defines where queries are sent, and ensures that nothing is changed outside of a write. */
import type { Knex } from 'knex';
import { RingError } from '../../core/errors.ts';

/** The pool, or the transaction of one write. */
export interface Session {
  readonly db: Knex;
  /** The number of the write (see write.ts); null outside of a write, where changes are refused. */
  readonly change: number | null;
}

/** A session that allows changes. */
export interface WritingSession extends Session {
  readonly change: number;
}

/** Returns the session for a statement that changes data; INTERNAL outside of a write. */
export function writing({ db, change }: Session): WritingSession {
  if (change === null) throw new RingError('INTERNAL', 'A change was tried outside of a write');
  return { db, change };
}

/** Splits a list into parts that fit one statement. */
export const chunksOf = <T>(size: number, all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, part) =>
    all.slice(part * size, (part + 1) * size),
  );

/** The number of rows inserted by one statement; more would exceed limits of SQLite. */
export const rowsAtOnce = 100;

/** The number of values looked up by one statement. */
export const keysAtOnce = 500;
