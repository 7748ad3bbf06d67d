/** Where queries go, and the guard that nothing is changed outside of a write. */
import type { Knex } from 'knex';
import { RingError } from '../../core/errors.ts';

/** The pool, or one transaction. */
export interface Session {
  readonly db: Knex;
  /** Only a transaction of write.ts may change anything. */
  readonly writable: boolean;
}

/** The session's database for a statement that changes something; INTERNAL outside of a write. */
export function writing({ db, writable }: Session): Knex {
  if (!writable) throw new RingError('INTERNAL', 'A change was tried outside of a write');
  return db;
}

/** A list in parts that fit one statement. */
export const chunksOf = <T>(size: number, all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, part) =>
    all.slice(part * size, (part + 1) * size),
  );

/** How many rows one statement inserts; more would pass limits of SQLite. */
export const rowsAtOnce = 100;

/** How many values one statement looks up. */
export const keysAtOnce = 500;
