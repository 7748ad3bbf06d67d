/** Ensures that one administrator always remains. */
import { RingError } from '../errors.ts';
import type { Users } from '../ports.ts';
import type { UserRecord } from './user.ts';

/**
 * Rejects with LAST_ADMIN when this user is the only administrator. Call it in the transaction that removes the role.
 */
export const refuseLastAdmin = async (user: UserRecord, users: Users): Promise<void> => {
  if (user.role !== 'admin') return;
  const everyone = await users.list();
  if (!everyone.some((other) => other.role === 'admin' && other.id !== user.id)) {
    throw new RingError('LAST_ADMIN', 'The last administrator cannot be deleted or lose the role');
  }
};
