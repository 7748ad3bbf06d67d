/** Makes unique and derived names with node:crypto. The core decides what they name. */
import { createHash, randomUUID } from 'node:crypto';
import type { Ids } from '../../core/ports.ts';

const hashLength = 16;

/** Makes the Ids port: random UUIDs, and the first 16 hexadecimal digits of SHA-256 as the short hash. */
export const makeIds = (): Ids => ({
  unique: () => randomUUID(),
  hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, hashLength),
});
