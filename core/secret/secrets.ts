/** The port to the stored secrets, whose values are sealed. */
import type { SecretRecord } from './secret.ts';

/** Secrets by id, and by name within a namespace. */
export interface Secrets {
  find(idOrQualified: string): Promise<SecretRecord | null>;
  findByName(namespace: string, name: string): Promise<SecretRecord | null>;
  list(namespaces: readonly string[]): Promise<readonly SecretRecord[]>;
  /** Stores a secret. SECRET_EXISTS when (namespace, name) or the id is taken. */
  insert(secret: SecretRecord): Promise<void>;
  /** Replaces a secret. SECRET_NOT_FOUND without such a secret. */
  update(secret: SecretRecord): Promise<void>;
  delete(id: string): Promise<void>;
}
