/**
 * Encrypts confidential data at rest: AES-256-GCM with a random nonce each time, bound to its owner. key-file.ts
 * provides the key.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Vault } from '../../core/access/security.ts';
import { RingError } from '../../core/errors.ts';

const algorithm = 'aes-256-gcm';
const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Makes the Vault port with a key of 32 bytes. An encrypted text has the form `v1.<key id>.<nonce>.<ciphertext and
 * tag>` in base64url.
 */
export const makeVault = (key: Uint8Array): Vault => {
  const keyId = createHash('sha256').update('ring vault key id').update(key).digest('base64url').slice(0, 8);
  const bound = (owner: string) => Buffer.from(`${version}.${keyId}.${owner}`);
  return {
    seal(text, owner) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(bound(owner));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return [version, keyId, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
    },
    open(sealed, owner) {
      const [madeBy, sealedWith, nonce, rest] = sealed.split('.');
      if (madeBy !== version || !nonce || !rest) throw new RingError('INTERNAL', 'A sealed text is damaged');
      if (sealedWith !== keyId) throw new RingError('INTERNAL', 'A sealed text was sealed with another key');
      const bytes = Buffer.from(rest, 'base64url');
      try {
        const decipher = createDecipheriv(algorithm, key, Buffer.from(nonce, 'base64url'), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(bound(owner)).setAuthTag(bytes.subarray(-tagBytes));
        const text = [decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()];
        return Buffer.concat(text).toString('utf8');
      } catch (cause) {
        throw new RingError('INTERNAL', 'A sealed text is damaged or belongs to another owner', { cause });
      }
    },
  };
};
