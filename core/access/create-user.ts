/** Creates a user. The endpoint's scope limits it to administrators. */
import type { Clock, Write } from '../ports.ts';
import { refuseUnfitPassword, type UserDraft } from './credentials.ts';
import type { Passwords } from './security.ts';
import type { User } from './user.ts';
import { toUser } from './view.ts';

/**
 * Creates a user, an editor unless the draft names another role. INVALID_REQUEST for a forbidden password, USER_EXISTS
 * when the name is taken.
 */
export const createUser = async (
  draft: UserDraft,
  ports: { write: Write; passwords: Passwords; clock: Clock },
): Promise<User> => {
  refuseUnfitPassword(draft.password);
  const passwordHash = await ports.passwords.hash(draft.password);
  const user = await ports.write(({ users }) =>
    users.insert({
      username: draft.username,
      role: draft.role ?? 'editor',
      passwordHash,
      tokenEpoch: 0,
      createdAt: new Date(ports.clock.now()).toISOString(),
    }),
  );
  return toUser(user);
};
