/** Reads secrets, never their values. */
import { RingError } from '../errors.ts';
import type { SecretRecord } from './secret.ts';
import type { Secrets } from './secrets.ts';

/** Returns the secret of this id or `<name>.<namespace>`; SECRET_NOT_FOUND without one. */
export const findSecret = async (id: string, secrets: Secrets): Promise<SecretRecord> => {
  const record = await secrets.find(id);
  if (record) return record;
  throw new RingError('SECRET_NOT_FOUND', 'Secret not found');
};
