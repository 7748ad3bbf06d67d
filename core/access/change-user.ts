/** Changes a user: administrators change anyone, everyone else only their own password. */
import { RingError } from '../errors.ts';
import type { Users, Write } from '../ports.ts';
import { refuseUnfitPassword, type UserChange } from './credentials.ts';
import { refuseLastAdmin } from './last-admin.ts';
import type { Passwords } from './security.ts';
import type { Caller, User, UserRecord } from './user.ts';
import { toUser } from './view.ts';

/** The caller, the user to change and the change. */
export interface UserChangeRequest {
  readonly id: string;
  readonly change: UserChange;
  readonly caller: Caller;
}

/**
 * Changes the named fields. A new password or role invalidates every token of that user. INVALID_REQUEST for a
 * forbidden password, FORBIDDEN, USER_NOT_FOUND, USER_EXISTS when the new name is taken, LAST_ADMIN when no
 * administrator would remain.
 */
export const changeUser = async (
  request: UserChangeRequest,
  ports: { write: Write; passwords: Passwords },
): Promise<User> => {
  const { id, change } = request;
  refuseForeign(request);
  if (change.password !== undefined) refuseUnfitPassword(change.password);
  const passwordHash = change.password === undefined ? null : await ports.passwords.hash(change.password);
  return ports.write(async ({ users }) => {
    const user = await users.find(id);
    if (!user) throw new RingError('USER_NOT_FOUND', 'User not found');
    const changed = applied(user, change, passwordHash);
    return toUser(await store(user, changed, users));
  });
};

const refuseForeign = ({ id, change, caller }: UserChangeRequest): void => {
  if (caller.role === 'admin') return;
  if (caller.userId !== id) throw new RingError('FORBIDDEN', 'Only an administrator changes other users');
  if (change.role !== undefined || change.username !== undefined) {
    throw new RingError('FORBIDDEN', 'Only an administrator changes roles and usernames');
  }
};

const applied = (user: UserRecord, change: UserChange, passwordHash: string | null): UserRecord => {
  const role = change.role ?? user.role;
  const revokes = passwordHash !== null || role !== user.role;
  return {
    ...user,
    username: change.username ?? user.username,
    role,
    passwordHash: passwordHash ?? user.passwordHash,
    tokenEpoch: revokes ? user.tokenEpoch + 1 : user.tokenEpoch,
  };
};

const store = async (before: UserRecord, after: UserRecord, users: Users): Promise<UserRecord> => {
  if (after.role !== 'admin') await refuseLastAdmin(before, users);
  await users.update(after);
  return after;
};
