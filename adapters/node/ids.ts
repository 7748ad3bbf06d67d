/** Unique and derived names from node:crypto. What they name is decided by the core. */
import { createHash, randomUUID } from 'node:crypto';
import type { Ids } from '../../core/ports.ts';

const hashLength = 16;

/** Random UUIDs, and the first 16 hexadecimal digits of SHA-256 as the short hash. */
export const makeIds = (): Ids => ({
  unique: () => randomUUID(),
  hash: (text) => createHash('sha256').update(text).digest('hex').slice(0, hashLength),
});
