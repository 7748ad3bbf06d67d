/** Stores the configs and secrets that are declared together with other resources. Their users are revised later. */
import { insertConfig } from '../config/create.ts';
import type { ChangedInput } from '../deployment/commands/revise-users.ts';
import type { Configs } from '../ports.ts';
import { insertSecret, type SecretPorts } from '../secret/create.ts';
import type { Secrets } from '../secret/secrets.ts';
import { hasValue, sealed } from '../secret/value.ts';
import type { Change } from './change.ts';
import type { ConfigEntry, SecretEntry } from './entries.ts';

/** A stored config or secret: its change, and its new version if it changed. */
export interface StoredInput {
  readonly pointer: string;
  readonly change: Change;
  readonly changed: ChangedInput | null;
  /** The current data of a config. */
  readonly data: string | null;
}

/** Inside a transaction: stores a declared config; its version grows only with a change. */
export async function storeConfig(
  { pointer, name, namespace, data }: ConfigEntry,
  at: string,
  configs: Configs,
): Promise<StoredInput> {
  const before = await configs.findByName(namespace, name);
  const fields = [{ pointer: '/data', before: before?.data ?? null, after: data }];
  if (before === null) {
    const { id } = await insertConfig({ name, namespace, data }, at, configs);
    return { pointer, data, changed: null, change: { ...quiet, kind: 'config', id, namespace, fields } };
  }
  const { id } = before;
  const same: Change = { ...quiet, kind: 'config', id, namespace, change: 'none', fields: [] };
  if (before.data === data) return { pointer, data, changed: null, change: same };
  const after = { ...before, data, version: before.version + 1, updatedAt: at };
  await configs.update(after);
  const changed = { kind: 'config', name, namespace, version: after.version } as const;
  return { pointer, data, changed, change: { ...same, change: 'update', fields } };
}

/** Inside a transaction: stores a declared secret; its version grows only with a change. */
export async function storeSecret(
  { pointer, name, namespace, value }: SecretEntry,
  secrets: Secrets,
  ports: Pick<SecretPorts, 'clock' | 'vault'>,
): Promise<StoredInput> {
  const before = await secrets.findByName(namespace, name);
  const fields = [{ pointer: '/value', before: before === null ? null : '***', after: '***' }];
  if (before === null) {
    const { id } = await insertSecret({ name, namespace, value }, secrets, ports);
    return {
      pointer,
      data: null,
      changed: null,
      change: { ...quiet, kind: 'secret', id, namespace, fields },
    };
  }
  const { id } = before;
  const same: Change = { ...quiet, kind: 'secret', id, namespace, change: 'none', fields: [] };
  if (hasValue(before, value, ports.vault)) return { pointer, data: null, changed: null, change: same };
  const updatedAt = new Date(ports.clock.now()).toISOString();
  const after = sealed({ ...before, version: before.version + 1, updatedAt }, value, ports.vault);
  await secrets.update(after);
  const changed = { kind: 'secret', name, namespace, version: after.version } as const;
  return { pointer, data: null, changed, change: { ...same, change: 'update', fields } };
}

/** A change without steps of the reconciler. */
const quiet: Omit<Change, 'kind' | 'id' | 'namespace' | 'fields'> = {
  change: 'create',
  reason: null,
  revision: null,
  replaces: false,
  rolls_out: [],
  waits_for: null,
  actions: [],
};
