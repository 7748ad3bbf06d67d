/** Creates the first administrator of a new installation, once even when several processes start at the same time. */
import { RingError } from '../errors.ts';
import type { Clock, Users, Write } from '../ports.ts';
import type { Passwords } from './security.ts';

/** Creates `admin` with this password when there is no user at all; returns whether it did. */
export const firstUser = async (
  password: string,
  ports: { users: Users; write: Write; passwords: Passwords; clock: Clock },
): Promise<boolean> => {
  if ((await ports.users.list()).length > 0) return false;
  const passwordHash = await ports.passwords.hash(password);
  const createdAt = new Date(ports.clock.now()).toISOString();
  try {
    return await ports.write(async ({ users }) => {
      if ((await users.list()).length > 0) return false;
      await users.insert({ username: 'admin', role: 'admin', passwordHash, tokenEpoch: 0, createdAt });
      return true;
    });
  } catch (error) {
    if (error instanceof RingError && error.code === 'USER_EXISTS') return false;
    throw error;
  }
};
