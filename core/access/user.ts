/** Who may use Ring, and the roles that decide what they may do. */
import * as v from 'valibot';

/** Roles: a viewer reads, an editor also deploys, an admin also manages users. */
export const roles = ['viewer', 'editor', 'admin'] as const;
/** One of {@link roles}. */
export type Role = (typeof roles)[number];

/** A user as stored. */
export interface UserRecord {
  /** Numeric text; never given twice. */
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  /** As made by the Passwords port; never leaves the store but to be verified. */
  readonly passwordHash: string;
  /** Grows when the password or role changes: tokens of an older epoch are void. */
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

/** Who calls: a user behind a verified token. */
export interface Caller {
  readonly userId: string;
  readonly username: string;
  readonly role: Role;
  /** Id of the token, for logging out. */
  readonly tokenId: string;
  /** When the token ends, ms since 1970. */
  readonly tokenExpiresAt: number;
}
