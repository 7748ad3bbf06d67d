/** Exchanges a name and a password for a token, in the same time whether or not the user exists. */
import { RingError } from '../errors.ts';
import type { Users } from '../ports.ts';
import type { Credentials, Session } from './credentials.ts';
import type { LoginLimit } from './login-limit.ts';
import type { Passwords, Tokens } from './security.ts';

/** Credentials and the address they come from; null when the host does not report it. */
export interface LoginRequest extends Credentials {
  readonly address: string | null;
}

/** The ports that {@link login} needs. */
export interface LoginPorts {
  readonly users: Pick<Users, 'findByName'>;
  readonly passwords: Pick<Passwords, 'checkLogin'>;
  readonly tokens: Tokens;
  readonly loginLimit: LoginLimit;
}

/**
 * Logs in. INVALID_CREDENTIALS for an unknown user and for a wrong password alike; TOO_MANY_REQUESTS after many
 * failures for the name, and under load.
 */
export const login = async (
  { username, password, address }: LoginRequest,
  ports: LoginPorts,
): Promise<Session> => {
  const user = await ports.users.findByName(username);
  const hash = user?.passwordHash ?? null;
  const fits = await ports.loginLimit({ username, address }, () =>
    ports.passwords.checkLogin(password, hash),
  );
  if (!user || !fits) throw new RingError('INVALID_CREDENTIALS', 'Username or password is wrong');
  const token = await ports.tokens.issue({ userId: user.id, tokenEpoch: user.tokenEpoch, role: user.role });
  const claims = await ports.tokens.verify(token);
  if (!claims) throw new RingError('INTERNAL', 'The token that was issued does not verify');
  return { token, expires_at: new Date(claims.expiresAt).toISOString() };
};
