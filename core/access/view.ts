/** Converts a stored user to the API's form: never with the hash or the epoch. */
import type { User, UserRecord } from './user.ts';

/** Returns the public part of a user. */
export const toUser = (record: UserRecord): User => ({
  id: record.id,
  username: record.username,
  role: record.role,
  created_at: record.createdAt,
});
