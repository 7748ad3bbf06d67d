/**
 * What a declaration may not be beside the others that are declared, and beside what else the host runs: the rules
 * that need a look at them, and so hold only inside the transaction that stores it. What a declaration may not be by
 * itself is normalize.ts's business.
 */
import type { Role } from '../access/user.ts';
import { invalidRequest, RingError, type Violation } from '../errors.ts';
import type { Declared, Deployments } from '../ports.ts';
import { circleOf, type Dependency } from './dependency.ts';
import type { HeldPorts } from './held-ports.ts';
import { type BindPolicy, enforceBindsBeside } from './policy.ts';
import { portsClash } from './port.ts';
import type { Declaration, DeploymentSpec, Port } from './spec.ts';

/** Who a declaration is, and what it runs. */
export type Newcomer = Pick<Declaration, 'name' | 'namespace' | 'replicas'> & {
  readonly spec: Pick<DeploymentSpec, 'dependsOn' | 'ports' | 'volumes'>;
};

/** What a newcomer is judged beside. */
export interface Neighbourhood {
  readonly deployments: Pick<Deployments, 'declared'>;
  /** Who asks, and what the operator allows. */
  readonly role: Role;
  readonly policy: BindPolicy;
  /** What others hold of the host's ports. */
  readonly held: HeldPorts;
  /** What is declared of it so far; null: nothing, it is new. */
  readonly before: { readonly replicas: number; readonly ports: readonly Port[] } | null;
  /** What the client named it by, where it did not send the spec itself. */
  readonly pointer?: string;
}

/**
 * Refuses what would wait for itself by way of others (INVALID_REQUEST, naming the circle), and ports that another
 * deployment declares or somebody else holds (PORT_IN_USE, naming who), and binds that lie within or around another
 * deployment's (POLICY_VIOLATION).
 */
export async function checkNeighbours(newcomer: Newcomer, beside: Neighbourhood): Promise<void> {
  const { dependsOn, ports, volumes } = newcomer.spec;
  const hasBinds = volumes.some(({ type }) => type === 'bind');
  if (dependsOn.length === 0 && ports.length === 0 && !hasBinds) return;
  const present = (await beside.deployments.declared()).filter(
    ({ record: { name, namespace } }) => name !== newcomer.name || namespace !== newcomer.namespace,
  );
  // Containers of what is being deleted may still run.
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
  // What its own containers listen on cannot be in its way; where it has none, somebody else may have come.
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
  { name, namespace, spec: { dependsOn } }: Newcomer,
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
