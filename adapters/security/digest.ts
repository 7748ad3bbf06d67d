/** Makes digests from which the input cannot be guessed. Their users decide what is compared. */
import { createHmac } from 'node:crypto';

/**
 * Makes HMAC-SHA256 with a key of the installation for one purpose: the same text has different digests for different
 * purposes.
 */
export const makeDigest =
  (key: Uint8Array, purpose: string): ((text: string) => string) =>
  (text) =>
    createHmac('sha256', key).update(purpose).update('\0').update(text).digest('base64url');
