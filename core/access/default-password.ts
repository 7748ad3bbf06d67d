/** The password that everybody knows: which one it is, whether the first user still has it, and how it goes away. */
import type { Clock, Passwords, Users, Write } from '../ports.ts';
import { firstUser } from './first-user.ts';
import type { UserRecord } from './user.ts';

/** Of the first user, where none is set. While it holds, nobody but this machine may reach Ring. */
export const defaultPassword = 'changeme';

const firstUsername = 'admin';

/** Whether the first user can log in with the password that everybody knows. */
export const keepsDefaultPassword = async (ports: { users: Users; passwords: Passwords }): Promise<boolean> =>
  (await userWithDefault(ports)) !== null;

/**
 * Sees to it that somebody can log in: a first user where there is none, with this password or else the default one.
 * A password that is set also takes the place of the default one where that still holds.
 */
export const admitFirstUser = async (
  password: string | null,
  ports: { users: Users; passwords: Passwords; write: Write; clock: Clock },
): Promise<void> => {
  if (await firstUser(password ?? defaultPassword, ports)) return;
  if (password === null || password === defaultPassword) return;
  const before = await userWithDefault(ports);
  if (!before) return;
  const passwordHash = await ports.passwords.hash(password);
  await ports.write(async ({ users }) => {
    const user = await users.find(before.id);
    if (user?.passwordHash !== before.passwordHash) return;
    await users.update({ ...user, passwordHash, tokenEpoch: user.tokenEpoch + 1 });
  });
};

async function userWithDefault(ports: { users: Users; passwords: Passwords }): Promise<UserRecord | null> {
  const user = await ports.users.findByName(firstUsername);
  if (!user) return null;
  return (await ports.passwords.verify(defaultPassword, user.passwordHash)) ? user : null;
}
