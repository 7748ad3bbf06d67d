/** The wire schemas of users and logins, and the rules for passwords. The commands in this folder check permissions. */
import * as v from 'valibot';
import { invalidRequest } from '../errors.ts';
import { isDefaultPassword } from './default-password.ts';
import { roles } from './user.ts';

const username = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/,
    'must be 1 to 64 letters, digits, dots, hyphens, underscores or @, beginning with a letter or digit',
  ),
);
const mostPasswordBytes = 1024;
const password = v.pipe(
  v.string(),
  v.minLength(8, 'must have at least 8 characters'),
  v.maxLength(mostPasswordBytes, 'must have at most 1024 bytes'),
);

const credentials = v.strictObject({
  username: v.pipe(v.string(), v.maxLength(256)),
  password: v.pipe(v.string(), v.maxLength(mostPasswordBytes)),
});

/** The credentials that a client sends to log in. */
export interface Credentials extends v.InferInput<typeof credentials> {}
/** Validates {@link Credentials}. */
export const Credentials: v.GenericSchema<Credentials> = credentials;

const session = v.object({ token: v.string(), expires_at: v.string() });

/** The result of a login: a token and its expiry. */
export interface Session extends v.InferOutput<typeof session> {}
/** Documents a {@link Session}. */
export const Session: v.GenericSchema<Session> = session;

const draft = v.strictObject({ username, password, role: v.optional(v.picklist(roles)) });

/** A user to be created, as an administrator sends it; an editor unless it names a role. */
export interface UserDraft extends v.InferInput<typeof draft> {}
/** Validates a {@link UserDraft}. */
export const UserDraft: v.GenericSchema<UserDraft> = draft;

const change = v.strictObject({
  username: v.optional(username),
  password: v.optional(password),
  role: v.optional(v.picklist(roles)),
});

/** A change of a user; fields that are not named stay. */
export interface UserChange extends v.InferInput<typeof change> {}
/** Validates a {@link UserChange}. */
export const UserChange: v.GenericSchema<UserChange> = change;

const utf8Length = (text: string): number => {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};

/**
 * Rejects a forbidden password. INVALID_REQUEST for more than 1024 bytes of UTF-8, which would take too long to hash,
 * and for the published default password.
 */
export const refuseUnfitPassword = (text: string): void => {
  const message = faultOf(text);
  if (message === null) return;
  throw invalidRequest([{ pointer: '/password', message }]);
};

const faultOf = (text: string): string | null => {
  if (utf8Length(text) > mostPasswordBytes) return 'must have at most 1024 bytes';
  if (isDefaultPassword(text)) return 'must not be the default password, which is published';
  return null;
};
