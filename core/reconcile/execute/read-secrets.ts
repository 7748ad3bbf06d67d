/**
 * Opens the secrets that a revision refers to, with their current values at the time a container is created; they are
 * never kept. What a value is used for is decided by the caller.
 */

import type { Vault } from '../../access/security.ts';
import type { EnvironmentValue } from '../../deployment/spec/spec.ts';
import type { ReconcilerStore } from '../../ports.ts';
import { RuntimeError } from '../../runtime-error.ts';
import { ownerOf } from '../../secret/secret.ts';

/** The ports that opening secrets needs. */
export interface SecretPorts {
  readonly vault: Vault;
  readonly store: Pick<ReconcilerStore, 'secrets'>;
}

/** The value of a secret, and its version. */
export interface OpenSecret {
  readonly value: string;
  readonly version: number;
}

/**
 * Reads the newest values of secrets, by name. RuntimeError `config` names those that do not exist; INTERNAL if one was
 * sealed with another key.
 */
export async function readSecrets(
  namespace: string,
  names: readonly string[],
  { store, vault }: SecretPorts,
): Promise<ReadonlyMap<string, OpenSecret>> {
  if (names.length === 0) return new Map();
  const sealed = await store.secrets(namespace, names);
  const found = new Map(
    sealed.map((one): [string, OpenSecret] => [
      one.name,
      { value: vault.open(one.sealed, ownerOf(one)), version: one.version },
    ]),
  );
  const missing = [...new Set(names)].filter((name) => !found.has(name));
  if (missing.length === 0) return found;
  const way = 'create it with POST /secrets, or declare the deployment without it';
  throw new RuntimeError(
    'config',
    `There is no secret ${missing.join(', ')} in namespace ${namespace}: ${way}`,
  );
}

/** Replaces each reference in an environment with its value. Errors: {@link readSecrets}. */
export async function resolveEnvironment(
  environment: Readonly<Record<string, EnvironmentValue>>,
  namespace: string,
  ports: SecretPorts,
): Promise<Readonly<Record<string, string>>> {
  const values = Object.values(environment);
  const names = values.flatMap((value) => (typeof value === 'string' ? [] : [value.secretRef]));
  const secrets = await readSecrets(namespace, names, ports);
  const plain = (value: EnvironmentValue) =>
    typeof value === 'string' ? value : (secrets.get(value.secretRef)?.value ?? '');
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, plain(value)]));
}
