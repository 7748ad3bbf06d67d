/**
 * The one judge of what a deployment may ask of the host, on create and on change alike. A shape that is wrong is
 * normalize.ts's business; this says what is well-formed and still not allowed, naming the rule and the setting.
 */
import type { Role } from '../access/user.ts';
import { beyondContainer } from '../container/policy.ts';
import { RingError, type Violation } from '../errors.ts';
import type { HostPaths } from '../ports.ts';
import type { HostPorts } from './host-ports.ts';
import type { DeploymentSpec } from './spec.ts';

/** What the operator allows. */
export interface Policy {
  /** Host paths below which anyone may bind (RING_BIND_ROOTS); null: administrators bind anything, others nothing. */
  readonly bindRoots: readonly string[] | null;
  readonly hostPaths: HostPaths;
  /** Without it what else listens on the host is not asked. */
  readonly hostPorts?: HostPorts;
}

/** Rejects with POLICY_VIOLATION, naming all that is not allowed to this role. */
export async function enforcePolicy(spec: DeploymentSpec, role: Role, policy: Policy): Promise<void> {
  const judged = spec.volumes.map(async (volume, index): Promise<Violation[]> => {
    if (volume.type !== 'bind') return [];
    const message = await bindFault(volume.source, role, policy);
    return message === null ? [] : [{ pointer: `/volumes/${index}`, message }];
  });
  const beyond = role === 'admin' ? [] : beyondContainer(spec.container);
  const violations = [...(await Promise.all(judged)).flat(), ...beyond];
  if (violations.length === 0) return;
  throw new RingError('POLICY_VIOLATION', violations[0]?.message ?? 'Not allowed', { violations });
}

/** Why a host path may not be bound by this role; null: it may. */
export async function bindFault(
  source: string,
  role: Role,
  { bindRoots, hostPaths }: Policy,
): Promise<string | null> {
  if (bindRoots === null) {
    return role === 'admin'
      ? null
      : `binding the host path ${source} is left to administrators while RING_BIND_ROOTS is not set`;
  }
  const resolved = await hostPaths.resolve(source);
  if (resolved === null) return `where the host path ${source} leads cannot be told: it may not be bound`;
  const roots = (await Promise.all(bindRoots.map((root) => hostPaths.resolve(root)))).filter(
    (root) => root !== null,
  );
  const allowed = roots.some(
    (root) => resolved === root || resolved.startsWith(root === '/' ? '/' : `${root}/`),
  );
  return allowed ? null : `the host path ${source} is not below RING_BIND_ROOTS (${bindRoots.join(', ')})`;
}
