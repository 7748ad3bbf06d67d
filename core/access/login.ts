/** Turns a name and a password into a token, taking the same time whether or not the user exists. */
import { RingError } from '../errors.ts';
import type { Passwords, Tokens, Users } from '../ports.ts';
import type { Credentials, Session } from './credentials.ts';

/** Logs in. INVALID_CREDENTIALS for an unknown user and for a wrong password alike; TOO_MANY_REQUESTS under load. */
export const login = async (
  { username, password }: Credentials,
  ports: { users: Users; passwords: Passwords; tokens: Tokens },
): Promise<Session> => {
  const user = await ports.users.findByName(username);
  if (!user) {
    // As slow as verifying, so that the time taken does not tell which names exist.
    await ports.passwords.hash(password);
    throw refused();
  }
  if (!(await ports.passwords.verify(password, user.passwordHash))) throw refused();
  const token = await ports.tokens.issue({ userId: user.id, tokenEpoch: user.tokenEpoch, role: user.role });
  const claims = await ports.tokens.verify(token);
  if (!claims) throw new RingError('INTERNAL', 'The token that was issued does not verify');
  return { token, expires_at: new Date(claims.expiresAt).toISOString() };
};

const refused = () => new RingError('INVALID_CREDENTIALS', 'Username or password is wrong');
