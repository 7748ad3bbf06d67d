/** Runs work in a transaction that is always rolled back. */
import { RingError } from '../errors.ts';
import type { Stores, Write } from '../ports.ts';

/** Returns the result of the work, whose changes are rolled back. Rejects as the work does. */
export async function rehearse<T>(write: Write, work: (stores: Stores) => Promise<T>): Promise<T> {
  const given: T[] = [];
  const takeBack = new Error('A rehearsal is taken back');
  try {
    await write(async (stores) => {
      given.push(await work(stores));
      throw takeBack;
    });
  } catch (error) {
    // The last result: the work runs again when the database was busy.
    const last = given.at(-1);
    if (error === takeBack && last !== undefined) return last;
    throw error;
  }
  throw new RingError('INTERNAL', 'A rehearsal was not taken back');
}
