/** The published default password: its value, whether a user still has it, and how it is replaced. */
import type { Cache, Clock, Users, Write } from '../ports.ts';
import { firstUser } from './first-user.ts';
import type { Passwords } from './security.ts';
import type { UserRecord } from './user.ts';

/** The password of the first user when none is configured. While a user has it, Ring accepts only local connections. */
export const defaultPassword = 'changeme';

/** Whether a password is the default one, in any Unicode form of it. */
export const isDefaultPassword = (password: string): boolean =>
  password.normalize('NFKC') === defaultPassword;

/** Whether any user, of any name and role, can log in with the default password. */
export const keepsDefaultPassword = async (ports: {
  users: Pick<Users, 'list'>;
  passwords: Pick<Passwords, 'verify'>;
}): Promise<boolean> => {
  for (const user of await ports.users.list()) if (await hasDefault(user, ports)) return true;
  return false;
};

/**
 * Makes a function that returns whether a user still has the default password. Nobody can set it again, so once it is
 * gone the database is not read any more.
 */
export const watchDefaultPassword = (ports: {
  users: Pick<Users, 'list'>;
  passwords: Pick<Passwords, 'verify'>;
  cache: Pick<Cache, 'value'>;
}): (() => Promise<boolean>) => {
  let isGone = false;
  return async () => {
    if (isGone) return false;
    const isKept = await ports.cache.value('default-password', () => keepsDefaultPassword(ports));
    isGone = !isKept;
    return isKept;
  };
};

/**
 * Ensures that somebody can log in: creates the first user when there is none, with the given or the default password.
 * A given password also replaces the default one of every administrator who still has it.
 */
export const admitFirstUser = async (
  password: string | null,
  ports: { users: Users; passwords: Passwords; write: Write; clock: Clock },
): Promise<void> => {
  if (await firstUser(password ?? defaultPassword, ports)) return;
  if (password === null || isDefaultPassword(password)) return;
  for (const user of await ports.users.list()) {
    if (user.role === 'admin' && (await hasDefault(user, ports))) await replaceDefault(user, password, ports);
  }
};

async function replaceDefault(
  before: UserRecord,
  password: string,
  ports: { passwords: Passwords; write: Write },
): Promise<void> {
  const passwordHash = await ports.passwords.hash(password);
  await ports.write(async ({ users }) => {
    const user = await users.find(before.id);
    if (user?.passwordHash !== before.passwordHash) return;
    await users.update({ ...user, passwordHash, tokenEpoch: user.tokenEpoch + 1 });
  });
}

const hasDefault = (user: UserRecord, { passwords }: { passwords: Pick<Passwords, 'verify'> }) =>
  passwords.verify(defaultPassword, user.passwordHash);
