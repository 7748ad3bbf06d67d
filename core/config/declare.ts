/**
 * The command behind PUT: creates a config, or changes it and rolls out the change, or does nothing when nothing
 * differs.
 */
import type { Caller } from '../access/user.ts';
import { addressed, addressedName } from '../addressed.ts';
import { reviseUsers } from '../deployment/commands/revise-users.ts';
import type { Stores } from '../ports.ts';
import type { Config, ConfigDeclaration, ConfigRecord } from './config.ts';
import { type ConfigPorts, insertConfig } from './create.ts';
import { checkUsersKeys } from './keys.ts';
import { toConfig } from './view.ts';

/** The id from the URL and the body that was sent. */
export interface ConfigTarget {
  readonly id: string;
  readonly declaration: ConfigDeclaration;
}

/**
 * Sets the config of this id (or `<name>.<namespace>`) to the declaration. The version grows only with a change, and
 * then the deployments that use it roll out, unless they declare otherwise. INVALID_REQUEST when the declaration names
 * another config, or lacks a key that a deployment mounts.
 */
export async function declareConfig(
  target: ConfigTarget,
  caller: Pick<Caller, 'username'>,
  ports: ConfigPorts,
): Promise<{ readonly config: Config; readonly created: boolean }> {
  const { data, ...given } = target.declaration;
  const address = { id: target.id, given };
  const { record, created, revised } = await ports.write(async (stores) => {
    const existing = await addressed(address, stores.configs);
    if (existing) return { created: false, ...(await change(existing, data, { stores, caller, ports })) };
    const at = new Date(ports.clock.now()).toISOString();
    const record = await insertConfig({ ...addressedName(address), data }, at, stores.configs);
    return { record, created: true, revised: [] };
  });
  for (const uid of revised) ports.wake(uid);
  return { config: toConfig(record), created };
}

interface Context {
  readonly stores: Stores;
  readonly caller: Pick<Caller, 'username'>;
  readonly ports: ConfigPorts;
}

async function change(
  existing: ConfigRecord,
  data: string,
  { stores, caller, ports }: Context,
): Promise<{ readonly record: ConfigRecord; readonly revised: readonly string[] }> {
  if (existing.data === data) return { record: existing, revised: [] };
  const updatedAt = new Date(ports.clock.now()).toISOString();
  const record = { ...existing, data, version: existing.version + 1, updatedAt };
  await checkUsersKeys(record, stores.deployments);
  await stores.configs.update(record);
  const { name, namespace, version } = record;
  const input = { kind: 'config', name, namespace, version } as const;
  return { record, revised: await reviseUsers([input], { stores, ports, caller }) };
}
