/** Checks that the keys that deployments mount exist: when a deployment is declared, and when a config changes. */
import type { DeploymentSpec } from '../deployment/spec/spec.ts';
import { invalidRequest, type Violation } from '../errors.ts';
import type { Configs, Deployments } from '../ports.ts';
import type { ConfigRecord } from './config.ts';
import { contentOf } from './content.ts';

/** Returns one violation for each volume whose config lacks its key. A missing config is not reported. */
export async function keyViolations(
  { namespace, spec }: { readonly namespace: string; readonly spec: Pick<DeploymentSpec, 'volumes'> },
  configs: Pick<Configs, 'findByName'>,
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const [index, { type, source, key }] of spec.volumes.entries()) {
    if (type !== 'config' || key === undefined) continue;
    const config = await configs.findByName(namespace, source);
    const content = config && contentOf(config.data, key);
    if (content && 'fault' in content)
      violations.push({ pointer: `/volumes/${index}/key`, message: `the config ${source} ${content.fault}` });
  }
  return violations;
}

/**
 * INVALID_REQUEST when a changed config lacks a key that a deployment mounts, because its containers could not start.
 */
export async function checkUsersKeys(
  { namespace, name, data }: Pick<ConfigRecord, 'namespace' | 'name' | 'data'>,
  deployments: Deployments,
): Promise<void> {
  const violations: Violation[] = [];
  for (const user of await deployments.usersOf('config', namespace, name)) {
    const revision = await deployments.revision(user.uid, user.revision);
    for (const { type, source, key } of revision?.spec.volumes ?? []) {
      if (type !== 'config' || source !== name) continue;
      const content = contentOf(data, key);
      if ('fault' in content)
        violations.push({ pointer: '/data', message: `${content.fault}; deployment ${user.id} mounts it` });
    }
  }
  if (violations.length > 0) throw invalidRequest(violations);
}
