/** Keeps Ring manageable: one administrator always remains. */
import { RingError } from '../errors.ts';
import type { Users } from '../ports.ts';
import type { UserRecord } from './user.ts';

/** LAST_ADMIN when nobody but this user is an administrator. Call it in the transaction that takes the role away. */
export const refuseLastAdmin = async (user: UserRecord, users: Users): Promise<void> => {
  if (user.role !== 'admin') return;
  const everyone = await users.list();
  if (!everyone.some((other) => other.role === 'admin' && other.id !== user.id)) {
    throw new RingError('LAST_ADMIN', 'The last administrator cannot be deleted or lose the role');
  }
};
