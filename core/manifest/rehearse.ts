/** Does work in a transaction that is taken back whatever comes of it. */
import { RingError } from '../errors.ts';
import type { Stores, Write } from '../ports.ts';

/** What the work gives, none of which has happened afterwards. Rejects as the work does. */
export async function rehearse<T>(write: Write, work: (stores: Stores) => Promise<T>): Promise<T> {
  const given: T[] = [];
  const takeBack = new Error('A rehearsal is taken back');
  try {
    await write(async (stores) => {
      given.push(await work(stores));
      throw takeBack;
    });
  } catch (error) {
    // The last one: the work may be done again where the database was busy.
    const last = given.at(-1);
    if (error === takeBack && last !== undefined) return last;
    throw error;
  }
  throw new RingError('INTERNAL', 'A rehearsal was not taken back');
}
