/** Turns a stored user into what the API shows: never the hash, never the epoch. */
import type { User, UserRecord } from './user.ts';

/** The public part of a user. */
export const toUser = (record: UserRecord): User => ({
  id: record.id,
  username: record.username,
  role: record.role,
  created_at: record.createdAt,
});
