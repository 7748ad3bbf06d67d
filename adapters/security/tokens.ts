/**
 * Issues and verifies the tokens of clients: JWTs signed with HS256. The user of the claims decides what else
 * invalidates a token before it expires (a revocation, a new password).
 */
import { createHash } from 'node:crypto';
import type { TokenClaims, Tokens } from '../../core/access/security.ts';
import type { Clock, Ids } from '../../core/ports.ts';

/** The parameters of tokens. */
export interface TokenOptions {
  /** The signing key, 32 bytes. */
  readonly key: Uint8Array;
  /** The installation: tokens of another one are refused, even with the same key. */
  readonly audience: string;
  readonly ttlMs: number;
  /** The maximum number of verified tokens that are cached. */
  readonly remembered?: number;
}

const issuer = 'ring';
const algorithm = 'HS256';
const longestToken = 4096;
// Loaded with the first token: a server listens sooner, and a single reconcile never needs it.
const library = () => import('jose');

/**
 * Makes the Tokens port. A verified token is cached until it expires, because checking a signature takes longer than
 * the rest of a request.
 */
export const makeTokens = (ports: { clock: Clock; ids: Ids }, options: TokenOptions): Tokens => {
  const { key, audience, ttlMs, remembered = 2_000 } = options;
  const keyId = createHash('sha256').update('ring token key id').update(key).digest('base64url').slice(0, 8);
  const verified = new Map<string, TokenClaims>();

  const remember = (token: string, claims: TokenClaims) => {
    if (verified.size >= remembered) {
      const oldest = verified.keys().next();
      if (!oldest.done) verified.delete(oldest.value);
    }
    verified.set(token, claims);
  };

  return {
    async issue({ userId, tokenEpoch, role }) {
      const { SignJWT } = await library();
      const seconds = Math.floor(ports.clock.now() / 1000);
      return new SignJWT({ role, epoch: tokenEpoch })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: keyId })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setJti(ports.ids.unique())
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + Math.ceil(ttlMs / 1000))
        .sign(key);
    },
    async verify(token) {
      const known = verified.get(token);
      if (known && known.expiresAt > ports.clock.now()) return known;
      if (known) verified.delete(token);
      if (known || token.length > longestToken) return null;
      const claims = await read(token);
      if (claims) remember(token, claims);
      return claims;
    },
  };

  async function read(token: string): Promise<TokenClaims | null> {
    const { jwtVerify } = await library();
    try {
      const { payload, protectedHeader } = await jwtVerify(token, key, {
        algorithms: [algorithm],
        issuer,
        audience,
        requiredClaims: ['exp', 'jti', 'sub', 'epoch'],
        currentDate: new Date(ports.clock.now()),
      });
      if (protectedHeader.kid !== keyId) return null;
      const { sub: userId, jti: tokenId, exp, epoch } = payload;
      if (!userId || !tokenId || !exp || typeof epoch !== 'number') return null;
      return { userId, tokenId, tokenEpoch: epoch, expiresAt: exp * 1000 };
    } catch {
      return null;
    }
  }
};
