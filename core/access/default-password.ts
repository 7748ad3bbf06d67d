/** The default password, which is published: which one it is, whether a user still has it, and how it is replaced. */
import type { Cache, Clock, Passwords, Users, Write } from '../ports.ts';
import { firstUser } from './first-user.ts';
import type { UserRecord } from './user.ts';

/** Of the first user, where none is set. While a user has it, only this machine may reach Ring. */
export const defaultPassword = 'changeme';

/** Whether a password is the default one, also when it is written in other forms of the same letters. */
export const isDefaultPassword = (password: string): boolean =>
  password.normalize('NFKC') === defaultPassword;

/** Whether any user, of whatever name and role, can log in with the default password. */
export const keepsDefaultPassword = async (ports: {
  users: Pick<Users, 'list'>;
  passwords: Pick<Passwords, 'verify'>;
}): Promise<boolean> => {
  for (const user of await ports.users.list()) if (await hasDefault(user, ports)) return true;
  return false;
};

/**
 * Makes a function that says whether a user still has the default password. Nobody can set it again, so once it is gone
 * the database is asked no more.
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
 * Makes sure that somebody can log in: creates the first user where there is none, with this password or else the default
 * one. A password that is set also replaces the default one of every administrator who still has it.
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
