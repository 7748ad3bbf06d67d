/** Converts a stored secret to the API's form. */
import type { Secret, SecretRecord } from './secret.ts';

/** Returns the API's form of a secret: everything except its value. */
export const toSecret = ({ id, name, namespace, version, createdAt, updatedAt }: SecretRecord): Secret => ({
  id,
  name,
  namespace,
  version,
  created_at: createdAt,
  updated_at: updatedAt,
});
