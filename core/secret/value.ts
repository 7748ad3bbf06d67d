/** What a secret's value may be, and how it is sealed and opened. */
import { invalidRequest, RingError } from '../errors.ts';
import type { Vault } from '../ports.ts';
import { ownerOf, type SecretRecord } from './secret.ts';

/**
 * INVALID_REQUEST for what no variable and no file could hold as it was sent. Bytes that are no text are given as text,
 * in base64, and decoded by whoever reads them.
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

/** A secret with this value. */
export const sealed = (
  secret: Omit<SecretRecord, 'sealed'>,
  value: string,
  vault: Pick<Vault, 'seal'>,
): SecretRecord => ({ ...secret, sealed: vault.seal(value, ownerOf(secret)) });

/** Whether it has this value; false where its key is lost: to write it anew is the way out. */
export function hasValue(secret: SecretRecord, value: string, vault: Pick<Vault, 'open'>): boolean {
  try {
    return vault.open(secret.sealed, ownerOf(secret)) === value;
  } catch (error) {
    if (error instanceof RingError) return false;
    throw error;
  }
}
