/** Users and the roles that decide what they may do. */
import * as v from 'valibot';

/** Roles: a viewer reads, an editor also deploys, an admin also manages users. */
export const roles = ['viewer', 'editor', 'admin'] as const;
/** One of {@link roles}. */
export type Role = (typeof roles)[number];

/** A user as stored. */
export interface UserRecord {
  /** Numeric text; never reused. */
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  /** Made by the Passwords port; leaves the store only to be verified. */
  readonly passwordHash: string;
  /** Grows when the password or role changes: tokens of an older epoch are invalid. */
  readonly tokenEpoch: number;
  /** RFC 3339. */
  readonly createdAt: string;
}

const user = v.object({
  id: v.string(),
  username: v.string(),
  role: v.picklist(roles),
  created_at: v.string(),
});

/** A user as the API shows it. */
export interface User extends v.InferOutput<typeof user> {}
/** Documents a {@link User}. */
export const User: v.GenericSchema<User> = user;

/** An authenticated caller: the user of a verified token. */
export interface Caller {
  readonly userId: string;
  readonly username: string;
  readonly role: Role;
  /** Id of the token, used to revoke it at logout. */
  readonly tokenId: string;
  /** When the token expires, in ms since 1970. */
  readonly tokenExpiresAt: number;
}
