/**
 * Identifies the user of a token: it must be signed by this installation, not expired and not revoked, and the user's
 * password and role must be those it was issued for. scope.ts decides what the user may do.
 */
import type { Authenticate, Cache, Revocations, Users } from '../ports.ts';
import type { TokenClaims, Tokens } from './security.ts';
import type { Caller } from './user.ts';

/** The ports that {@link makeAuthenticate} needs. */
export interface AuthenticatePorts {
  readonly tokens: Tokens;
  readonly users: Users;
  readonly revocations: Revocations;
  readonly cache: Cache;
}

/** Makes an Authenticate that reads the database only after a write, so that a revocation takes effect at once. */
export const makeAuthenticate =
  (ports: AuthenticatePorts): Authenticate =>
  async (token) => {
    const claims = await ports.tokens.verify(token);
    if (!claims) return null;
    const key = `caller/${claims.userId}/${claims.tokenEpoch}/${claims.tokenId}`;
    return ports.cache.value(key, () => findCaller(claims, ports));
  };

const findCaller = async (claims: TokenClaims, ports: AuthenticatePorts): Promise<Caller | null> => {
  const user = await ports.users.find(claims.userId);
  if (!user || user.tokenEpoch !== claims.tokenEpoch) return null;
  if (await ports.revocations.has(claims.tokenId)) return null;
  return {
    userId: user.id,
    username: user.username,
    role: user.role,
    tokenId: claims.tokenId,
    tokenExpiresAt: claims.expiresAt,
  };
};
