/** The port to the secrets that are stored, their values sealed. */
import type { SecretRecord } from './secret.ts';

/** Secrets by id, and by name within a namespace. */
export interface Secrets {
  find(idOrQualified: string): Promise<SecretRecord | null>;
  findByName(namespace: string, name: string): Promise<SecretRecord | null>;
  list(namespaces: readonly string[]): Promise<readonly SecretRecord[]>;
  /** SECRET_EXISTS when (namespace, name) or the id is taken. */
  insert(secret: SecretRecord): Promise<void>;
  /** SECRET_NOT_FOUND without such a secret. */
  update(secret: SecretRecord): Promise<void>;
  delete(id: string): Promise<void>;
}
