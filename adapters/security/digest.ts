/** Digests of what must not be guessed from them. What is compared by them is decided by whoever keeps them. */
import { createHmac } from 'node:crypto';

/** Makes HMAC-SHA256 with a key of the installation, for one purpose: the same text has another digest for another one. */
export const makeDigest =
  (key: Uint8Array, purpose: string): ((text: string) => string) =>
  (text) =>
    createHmac('sha256', key).update(purpose).update('\0').update(text).digest('base64url');
