/**
 * Checks what a deployment may use of the host, on create and on change. normalize.ts checks the syntax; this rejects
 * what is well-formed and not allowed, naming the rule and the setting.
 */
import type { Role } from '../access/user.ts';
import { administratorOptions } from '../container/policy.ts';
import { RingError, type Violation } from '../errors.ts';
import type { Declared, HostPaths } from '../ports.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { HostPorts } from './host-ports.ts';
import { nestedBeside, nestedWithin } from './nested-binds.ts';
import type { DeploymentSpec, Volume } from './spec/spec.ts';

/** The operator's policy. */
export interface Policy {
  /**
   * Host paths below which anyone may bind (RING_BIND_ROOTS); the roots themselves are reserved for administrators.
   * null: administrators bind anything, others nothing.
   */
  readonly bindRoots: readonly string[] | null;
  readonly hostPaths: HostPaths;
  /** When undefined, other listeners on the host are not checked. */
  readonly hostPorts?: HostPorts;
}

/** The part of a policy that concerns binds. */
export type BindPolicy = Pick<Policy, 'bindRoots' | 'hostPaths'>;

/** Rejects with POLICY_VIOLATION, naming everything that this role may not use. */
export async function enforcePolicy(spec: DeploymentSpec, role: Role, policy: Policy): Promise<void> {
  const judged = spec.volumes.map(async (volume, index): Promise<Violation[]> => {
    if (volume.type !== 'bind') return [];
    const message = await bindFault(volume.source, role, policy);
    return message === null ? [] : [{ pointer: `/volumes/${index}`, message }];
  });
  const beyond = role === 'admin' ? [] : administratorOptions(spec.container);
  const nested = judgesNesting(role, policy) ? await nestedWithin(spec, policy.hostPaths) : [];
  const faults = (await Promise.all(judged)).flat();
  const others = nested.filter(({ pointer }) => !faults.some((fault) => fault.pointer === pointer));
  refuse([...faults, ...others, ...beyond]);
}

/** Rejects with POLICY_VIOLATION when a bind of this role lies within or around one of another deployment. */
export async function enforceBindsBeside(
  spec: Pick<DeploymentSpec, 'volumes'>,
  others: readonly Declared[],
  { role, policy }: { readonly role: Role; readonly policy: BindPolicy },
): Promise<void> {
  if (judgesNesting(role, policy)) refuse(await nestedBeside(spec, others, policy.hostPaths));
}

/** Without roots only administrators bind, and they may bind anything. */
const judgesNesting = (role: Role, { bindRoots }: BindPolicy): boolean =>
  role !== 'admin' && bindRoots !== null;

function refuse(violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  throw new RingError('POLICY_VIOLATION', violations[0]?.message ?? 'Not allowed', { violations });
}

/**
 * Returns the volumes as they are mounted: each bind by its resolved path, checked again, since links and
 * RING_BIND_ROOTS may have changed since it was declared. RuntimeError `config` for a bind that is not allowed any
 * more.
 */
export async function judgedVolumes(
  volumes: readonly Volume[],
  policy: BindPolicy,
): Promise<readonly Volume[]> {
  if (policy.bindRoots === null) return volumes;
  return Promise.all(
    volumes.map(async (volume) => {
      if (volume.type !== 'bind') return volume;
      const bind = await judgeBind(volume.source, 'admin', policy);
      if ('fault' in bind) throw new RuntimeError('config', bind.fault);
      return { ...volume, source: bind.resolved };
    }),
  );
}

/** Explains why this role may not bind a host path; null when it may. */
export async function bindFault(source: string, role: Role, policy: BindPolicy): Promise<string | null> {
  const judged = await judgeBind(source, role, policy);
  return 'fault' in judged ? judged.fault : null;
}

/** Resolves a host path, or explains why this role may not bind it. */
async function judgeBind(
  source: string,
  role: Role,
  { bindRoots, hostPaths }: BindPolicy,
): Promise<{ readonly resolved: string } | { readonly fault: string }> {
  if (bindRoots === null) {
    return role === 'admin'
      ? { resolved: source }
      : {
          fault: `binding the host path ${source} is reserved for administrators while RING_BIND_ROOTS is not set`,
        };
  }
  const resolved = await hostPaths.resolve(source);
  if (resolved === null) {
    return { fault: `the host path ${source} may not be bound under RING_BIND_ROOTS: it cannot be resolved` };
  }
  const roots = (await Promise.all(bindRoots.map((root) => hostPaths.resolve(root)))).filter(
    (root) => root !== null,
  );
  if (roots.some((root) => resolved !== root && resolved.startsWith(root === '/' ? '/' : `${root}/`))) {
    return { resolved };
  }
  if (!roots.includes(resolved)) {
    return { fault: `the host path ${source} is not below RING_BIND_ROOTS (${bindRoots.join(', ')})` };
  }
  return role === 'admin'
    ? { resolved }
    : {
        fault: `${source} is a root of RING_BIND_ROOTS, which only administrators may bind: bind a path below it`,
      };
}
