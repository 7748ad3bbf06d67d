/** The command behind PUT: creates a config, changes it, or finds nothing to do. */
import * as v from 'valibot';
import { RingError, type Violation } from '../errors.ts';
import { defaultNamespace, dnsLabel } from '../name.ts';
import type { Configs } from '../ports.ts';
import type { Config, ConfigDeclaration, ConfigRecord } from './config.ts';
import { type ConfigPorts, insertConfig } from './create.ts';
import { toConfig } from './view.ts';

/** A URL's id and what was sent to it. */
export interface ConfigTarget {
  readonly id: string;
  readonly declaration: ConfigDeclaration;
}

/**
 * Makes the config of this id (or `<name>.<namespace>`) what the declaration says; `updated_at` moves only with a
 * change. INVALID_REQUEST where the declaration names another one.
 */
export const declareConfig = async (
  target: ConfigTarget,
  ports: ConfigPorts,
): Promise<{ readonly config: Config; readonly created: boolean }> => {
  const at = new Date(ports.clock.now()).toISOString();
  const { record, created } = await ports.write(async ({ configs }) => {
    const { data } = target.declaration;
    const existing = await addressed(target, configs);
    if (!existing) {
      return { record: await insertConfig({ ...nameOf(target), data }, at, configs), created: true };
    }
    if (existing.data === data) return { record: existing, created: false };
    const changed = { ...existing, data, version: existing.version + 1, updatedAt: at };
    await configs.update(changed);
    return { record: changed, created: false };
  });
  return { config: toConfig(record), created };
};

/** The existing config that the URL and the body mean together. */
const addressed = async (
  { id, declaration }: ConfigTarget,
  configs: Configs,
): Promise<ConfigRecord | null> => {
  const { name, qualifier } = parts(id);
  const found =
    qualifier === undefined && declaration.namespace !== undefined
      ? await configs.findByName(declaration.namespace, name)
      : await configs.find(id);
  refuseOther({ name: found?.name ?? name, namespace: found?.namespace ?? qualifier }, declaration);
  return found;
};

const refuseOther = (
  meant: { readonly name: string; readonly namespace: string | undefined },
  given: ConfigDeclaration,
): void => {
  const violations = (['name', 'namespace'] as const).flatMap((field): Violation[] => {
    const same = given[field] === undefined || meant[field] === undefined || given[field] === meant[field];
    return same
      ? []
      : [{ pointer: `/${field}`, message: `must be ${meant[field]}, as the URL says, or left out` }];
  });
  if (violations.length > 0)
    throw new RingError('INVALID_REQUEST', 'The body names another config', { violations });
};

/** The name and namespace that a URL and a body give a config that is to be created. */
const nameOf = ({ id, declaration }: ConfigTarget): { readonly name: string; readonly namespace: string } => {
  const { name, qualifier } = parts(id);
  const namespace = qualifier ?? declaration.namespace ?? defaultNamespace;
  if (v.is(dnsLabel, name) && v.is(dnsLabel, namespace)) return { name, namespace };
  throw new RingError('INVALID_REQUEST', `${id} cannot be the id of a config: it must be a DNS label`, {
    violations: [{ pointer: '/name', message: `${id} (from the URL) must be a DNS label` }],
  });
};

/** An id is a name, or `<name>.<namespace>`: the namespace is what follows the first dot. */
const parts = (id: string): { readonly name: string; readonly qualifier: string | undefined } => {
  const dot = id.indexOf('.');
  return dot < 0
    ? { name: id, qualifier: undefined }
    : { name: id.slice(0, dot), qualifier: id.slice(dot + 1) };
};
