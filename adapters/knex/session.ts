/** Where queries go, and the guard that nothing is changed outside of a write. */
import type { Knex } from 'knex';
import { RingError } from '../../core/errors.ts';

/** The pool, or the transaction of one write. */
export interface Session {
  readonly db: Knex;
  /** The number of the write (see write.ts); null outside of one, where nothing may be changed. */
  readonly change: number | null;
}

/** A session that may change things. */
export interface WritingSession extends Session {
  readonly change: number;
}

/** The session, for a statement that changes something; INTERNAL outside of a write. */
export function writing({ db, change }: Session): WritingSession {
  if (change === null) throw new RingError('INTERNAL', 'A change was tried outside of a write');
  return { db, change };
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
