/** The command that creates a secret: POST, and the first PUT of a name. */

import type { Vault } from '../access/security.ts';
import { RingError } from '../errors.ts';
import { defaultNamespace, qualifiedId } from '../name.ts';
import type { Clock, Ids, Wake, Write } from '../ports.ts';
import type { Secret, SecretDraft, SecretRecord } from './secret.ts';
import type { Secrets } from './secrets.ts';
import { checkValue, sealed } from './value.ts';
import { toSecret } from './view.ts';

/** The ports that the commands that write secrets need. */
export interface SecretPorts {
  readonly write: Write;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Ids;
  readonly vault: Vault;
  readonly wake: Wake;
}

/** Stores a new secret. INVALID_REQUEST; SECRET_EXISTS when the name is taken in its namespace. */
export async function createSecret(
  draft: SecretDraft,
  ports: Pick<SecretPorts, 'write' | 'clock' | 'vault'>,
): Promise<Secret> {
  checkValue(draft.value);
  return toSecret(await ports.write(({ secrets }) => insertSecret(draft, secrets, ports)));
}

/**
 * Inside a transaction: stores the secret under its name as its id, or under its qualified name when that id is taken.
 */
export async function insertSecret(
  { name, namespace = defaultNamespace, value }: SecretDraft,
  secrets: Secrets,
  { clock, vault }: Pick<SecretPorts, 'clock' | 'vault'>,
): Promise<SecretRecord> {
  const existing = await secrets.findByName(namespace, name);
  if (existing) {
    const way = `change it with PUT /secrets/${existing.id}`;
    throw new RingError('SECRET_EXISTS', `Secret ${name} exists in namespace ${namespace}: ${way}`);
  }
  const idTaken = (await secrets.find(name)) !== null;
  const id = idTaken ? qualifiedId(name, namespace) : name;
  const at = new Date(clock.now()).toISOString();
  const record = sealed({ id, name, namespace, version: 1, createdAt: at, updatedAt: at }, value, vault);
  await secrets.insert(record);
  return record;
}
