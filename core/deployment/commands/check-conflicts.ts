/**
 * Checks a declaration against the other declarations and the other programs on the host. These rules need the store,
 * so they only hold inside the transaction that stores it. normalize.ts checks a declaration by itself.
 */
import type { Role } from '../../access/user.ts';
import { invalidRequest, RingError, type Violation } from '../../errors.ts';
import type { Declared, Deployments } from '../../ports.ts';
import { type BindPolicy, enforceBindsBeside } from '../policy.ts';
import { circleOf, type Dependency } from '../spec/dependency.ts';
import { portsClash } from '../spec/port.ts';
import type { Declaration, DeploymentSpec, Port } from '../spec/spec.ts';
import type { HeldPorts } from './held-ports.ts';

/** The declaration to check. */
export type Candidate = Pick<Declaration, 'name' | 'namespace' | 'replicas'> & {
  readonly spec: Pick<DeploymentSpec, 'dependsOn' | 'ports' | 'volumes'>;
};

/** What a declaration is checked against. */
export interface ConflictContext {
  readonly deployments: Pick<Deployments, 'declared'>;
  /** The caller's role and the operator's policy. */
  readonly role: Role;
  readonly policy: BindPolicy;
  /** The host ports that others hold. */
  readonly held: HeldPorts;
  /** Its current declaration; null when it is new. */
  readonly before: { readonly replicas: number; readonly ports: readonly Port[] } | null;
  /** The pointer to report when the client did not send the spec itself. */
  readonly pointer?: string;
}

/**
 * Rejects cyclic dependencies (INVALID_REQUEST, naming the cycle), ports that another deployment declares or another
 * program holds (PORT_IN_USE, naming the holder), and binds within or around another deployment's (POLICY_VIOLATION).
 */
export async function checkConflicts(newcomer: Candidate, beside: ConflictContext): Promise<void> {
  const { dependsOn, ports, volumes } = newcomer.spec;
  const hasBinds = volumes.some(({ type }) => type === 'bind');
  if (dependsOn.length === 0 && ports.length === 0 && !hasBinds) return;
  const present = (await beside.deployments.declared()).filter(
    ({ record: { name, namespace } }) => name !== newcomer.name || namespace !== newcomer.namespace,
  );
  // Containers of a deployment that is being deleted may still run.
  if (hasBinds) await enforceBindsBeside(newcomer.spec, present, beside);
  const others = present.filter(({ record }) => record.deletedAt === null);
  refuseCircles(newcomer, others, beside.pointer);
  const { before } = beside;
  const fresh = ports.filter((port) => !before?.ports.some((own) => portsClash(own, port)));
  refuse(
    violationsOf(ports, beside.pointer, (port) => {
      const holder = others.find(({ spec }) => spec.ports.some((other) => portsClash(other, port)));
      return fresh.includes(port) && holder ? `published by deployment ${holder.record.id}` : null;
    }),
  );
  // Ports of its own containers do not conflict; without containers, another program may have taken a port.
  const asked = before !== null && before.replicas > 0 ? fresh : ports;
  if (newcomer.replicas === 0 || asked.length === 0) return;
  const taken = beside.held.among(asked);
  refuse(
    violationsOf(ports, beside.pointer, (port) => {
      const holder = taken.find((one) => portsClash(one, port));
      return asked.includes(port) && holder ? `held by ${holder.by}` : null;
    }),
  );
}

function refuseCircles(
  { name, namespace, spec: { dependsOn } }: Candidate,
  others: readonly Declared[],
  at?: string,
): void {
  const near = others.filter(({ record }) => record.namespace === namespace);
  const waits = new Map(
    near.map(({ record, spec }): [string, readonly Dependency[]] => [record.name, spec.dependsOn]),
  );
  const circle = circleOf(name, dependsOn, waits);
  if (circle === null) return;
  const pointer = at ?? `/depends_on/${circle.index}/name`;
  const message = `deployments would wait for each other: ${circle.names.join(' -> ')}`;
  throw invalidRequest([{ pointer, message }]);
}

function violationsOf(
  ports: readonly Port[],
  at: string | undefined,
  how: (port: Port) => string | null,
): readonly Violation[] {
  return ports.flatMap((port, index) => {
    const taken = how(port);
    return taken === null
      ? []
      : [{ pointer: at ?? `/ports/${index}`, message: `${textOf(port)} is ${taken}` }];
  });
}

const textOf = ({ hostIp, published, protocol }: Port): string =>
  `host port ${hostIp.includes(':') ? `[${hostIp}]` : hostIp}:${published}/${protocol}`;

function refuse(violations: readonly Violation[]): void {
  const [first] = violations;
  if (!first) return;
  const message = `${first.message}: publish another port, or free that one first`;
  throw new RingError('PORT_IN_USE', message, { violations });
}
