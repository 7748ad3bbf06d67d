/**
 * The one judge of what a deployment may ask of the host, on create and on change alike. A shape that is wrong is
 * normalize.ts's business; this says what is well-formed and still not allowed, naming the rule and the setting.
 */
import type { Role } from '../access/user.ts';
import { beyondContainer } from '../container/policy.ts';
import { RingError, type Violation } from '../errors.ts';
import type { Declared, HostPaths } from '../ports.ts';
import { RuntimeError } from '../runtime.ts';
import type { HostPorts } from './host-ports.ts';
import { nestedBeside, nestedWithin } from './nested-binds.ts';
import type { DeploymentSpec, Volume } from './spec.ts';

/** What the operator allows. */
export interface Policy {
  /** Host paths below which anyone may bind (RING_BIND_ROOTS), the roots themselves administrators only; null: administrators bind anything, others nothing. */
  readonly bindRoots: readonly string[] | null;
  readonly hostPaths: HostPaths;
  /** Without it what else listens on the host is not asked. */
  readonly hostPorts?: HostPorts;
}

/** The part of a policy that is about binds. */
export type BindPolicy = Pick<Policy, 'bindRoots' | 'hostPaths'>;

/** Rejects with POLICY_VIOLATION, naming all that is not allowed to this role. */
export async function enforcePolicy(spec: DeploymentSpec, role: Role, policy: Policy): Promise<void> {
  const judged = spec.volumes.map(async (volume, index): Promise<Violation[]> => {
    if (volume.type !== 'bind') return [];
    const message = await bindFault(volume.source, role, policy);
    return message === null ? [] : [{ pointer: `/volumes/${index}`, message }];
  });
  const beyond = role === 'admin' ? [] : beyondContainer(spec.container);
  const nested = judgesNesting(role, policy) ? await nestedWithin(spec, policy.hostPaths) : [];
  const faults = (await Promise.all(judged)).flat();
  const others = nested.filter(({ pointer }) => !faults.some((fault) => fault.pointer === pointer));
  refuse([...faults, ...others, ...beyond]);
}

/** Rejects with POLICY_VIOLATION where a bind of this role lies within one of another deployment, or around it. */
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
 * The volumes as they are mounted: each bind by the path that it leads to now, judged again, since links and
 * RING_BIND_ROOTS may have changed since it was declared. RuntimeError `config` for what nobody may bind any more.
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

/** Why a host path may not be bound by this role; null: it may. */
export async function bindFault(source: string, role: Role, policy: BindPolicy): Promise<string | null> {
  const judged = await judgeBind(source, role, policy);
  return 'fault' in judged ? judged.fault : null;
}

/** Where a host path leads, or why this role may not bind it. */
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
