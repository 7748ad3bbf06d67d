/**
 * The command behind PUT: creates a secret, or changes it and rolls out the change, or does nothing when nothing
 * differs.
 */
import type { Caller } from '../access/user.ts';
import { addressed, addressedName } from '../addressed.ts';
import { reviseUsers } from '../deployment/commands/revise-users.ts';
import type { Stores } from '../ports.ts';
import { insertSecret, type SecretPorts } from './create.ts';
import type { Secret, SecretDeclaration, SecretRecord } from './secret.ts';
import { checkValue, hasValue, sealed } from './value.ts';
import { toSecret } from './view.ts';

/** The id from the URL and the body that was sent. */
export interface SecretTarget {
  readonly id: string;
  readonly declaration: SecretDeclaration;
}

/**
 * Sets the value of the secret of this id (or `<name>.<namespace>`). The version grows only with a change, and then the
 * deployments that use it roll out, unless they declare otherwise. INVALID_REQUEST.
 */
export async function declareSecret(
  target: SecretTarget,
  caller: Pick<Caller, 'username'>,
  ports: SecretPorts,
): Promise<{ readonly secret: Secret; readonly created: boolean }> {
  const { value, ...given } = target.declaration;
  checkValue(value);
  const address = { id: target.id, given };
  const { record, created, revised } = await ports.write(async (stores) => {
    const existing = await addressed(address, stores.secrets);
    if (existing) return { created: false, ...(await change(existing, value, { stores, caller, ports })) };
    const record = await insertSecret({ ...addressedName(address), value }, stores.secrets, ports);
    return { record, created: true, revised: [] };
  });
  for (const uid of revised) ports.wake(uid);
  return { secret: toSecret(record), created };
}

interface Context {
  readonly stores: Stores;
  readonly caller: Pick<Caller, 'username'>;
  readonly ports: SecretPorts;
}

async function change(
  existing: SecretRecord,
  value: string,
  { stores, caller, ports }: Context,
): Promise<{ readonly record: SecretRecord; readonly revised: readonly string[] }> {
  if (hasValue(existing, value, ports.vault)) return { record: existing, revised: [] };
  const at = new Date(ports.clock.now()).toISOString();
  const record = sealed({ ...existing, version: existing.version + 1, updatedAt: at }, value, ports.vault);
  await stores.secrets.update(record);
  const { name, namespace, version } = record;
  const input = { kind: 'secret', name, namespace, version } as const;
  return { record, revised: await reviseUsers([input], { stores, ports, caller }) };
}
