/** Turns a stored secret into what the API shows. */
import type { Secret, SecretRecord } from './secret.ts';

/** The API's form of a secret: all but its value. */
export const toSecret = ({ id, name, namespace, version, createdAt, updatedAt }: SecretRecord): Secret => ({
  id,
  name,
  namespace,
  version,
  created_at: createdAt,
  updated_at: updatedAt,
});
