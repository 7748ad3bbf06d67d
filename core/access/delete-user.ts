/** Deletes a user, which invalidates their tokens. */
import { RingError } from '../errors.ts';
import type { Write } from '../ports.ts';
import { refuseLastAdmin } from './last-admin.ts';
import type { User } from './user.ts';
import { toUser } from './view.ts';

/** Deletes a user and returns it. USER_NOT_FOUND; LAST_ADMIN for the only administrator. */
export const deleteUser = (id: string, { write }: { write: Write }): Promise<User> =>
  write(async ({ users }) => {
    const user = await users.find(id);
    if (!user) throw new RingError('USER_NOT_FOUND', 'User not found');
    await refuseLastAdmin(user, users);
    await users.delete(id);
    return toUser(user);
  });
