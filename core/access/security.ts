/** The interfaces to cryptography: sealing, passwords and tokens. adapters/security implements them. */
import type { Role } from './user.ts';

/** Encryption at rest. A sealed text can be opened only for the owner it was sealed for. */
export interface Vault {
  seal(text: string, owner: string): string;
  /** Decrypts. INTERNAL when the text was sealed with another key or for another owner. */
  open(sealed: string, owner: string): string;
}

/**
 * Password hashing, slow on purpose. TOO_MANY_REQUESTS when too many calls wait. Logins have a queue of their own, so
 * that a flood of them does not delay authenticated callers.
 */
export interface Passwords {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  /** Verifies the password of an unauthenticated caller; without a hash returns false after the same time. */
  checkLogin(password: string, hash: string | null): Promise<boolean>;
}

/** The signed claims of a token. */
export interface TokenClaims {
  readonly userId: string;
  readonly tokenEpoch: number;
  readonly tokenId: string;
  /** In ms since 1970. */
  readonly expiresAt: number;
}

/** Issues and verifies tokens. */
export interface Tokens {
  issue(user: { readonly userId: string; readonly tokenEpoch: number; readonly role: Role }): Promise<string>;
  /** Returns the claims, or null for anything except a valid token of this installation that has not expired. */
  verify(token: string): Promise<TokenClaims | null>;
}
