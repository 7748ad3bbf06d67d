/** Reads a user: administrators read anyone, everyone else only themselves. */
import { RingError } from '../errors.ts';
import type { Users } from '../ports.ts';
import type { Caller, User } from './user.ts';
import { toUser } from './view.ts';

/** Returns the user of this id. FORBIDDEN, USER_NOT_FOUND. */
export const readUser = async (
  id: string,
  caller: Pick<Caller, 'role' | 'userId'>,
  users: Pick<Users, 'find'>,
): Promise<User> => {
  if (caller.role !== 'admin' && caller.userId !== id) {
    throw new RingError('FORBIDDEN', 'Only an administrator reads other users');
  }
  const user = await users.find(id);
  if (user) return toUser(user);
  throw new RingError('USER_NOT_FOUND', 'User not found');
};
