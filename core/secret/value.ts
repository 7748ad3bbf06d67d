/** Validates, seals and opens the values of secrets. */

import type { Vault } from '../access/security.ts';
import { invalidRequest, RingError } from '../errors.ts';
import { ownerOf, type SecretRecord } from './secret.ts';

/**
 * Rejects values that neither a variable nor a file could hold unchanged, with INVALID_REQUEST. Clients send binary
 * values as base64, which the container decodes.
 */
export function checkValue(value: string): void {
  const message = value.includes('\0')
    ? 'must not contain NUL: send bytes as text, in base64'
    : loneSurrogate.test(value)
      ? 'must be text that UTF-8 can hold'
      : null;
  if (message === null) return;
  throw invalidRequest([{ pointer: '/value', message }]);
}

const loneSurrogate = /\p{Surrogate}/u;

/** Returns a secret with this value sealed. */
export const sealed = (
  secret: Omit<SecretRecord, 'sealed'>,
  value: string,
  vault: Pick<Vault, 'seal'>,
): SecretRecord => ({ ...secret, sealed: vault.seal(value, ownerOf(secret)) });

/** Whether a secret has this value; false when its key is lost, because writing it again is the remedy. */
export function hasValue(secret: SecretRecord, value: string, vault: Pick<Vault, 'open'>): boolean {
  try {
    return vault.open(secret.sealed, ownerOf(secret)) === value;
  } catch (error) {
    if (error instanceof RingError) return false;
    throw error;
  }
}
