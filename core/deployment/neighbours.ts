/**
 * What a declaration may not be beside the others that are declared: the rules that need a look at them, and so hold
 * only inside the transaction that stores it. What a declaration may not be by itself is normalize.ts's business.
 */
import type { Deployments } from '../ports.ts';
import { circleOf, type Dependency } from './dependency.ts';
import { invalid } from './normalize.ts';
import type { Declaration, DeploymentSpec } from './spec.ts';

/** Who a declaration is, and what it runs. */
export type Newcomer = Pick<Declaration, 'name' | 'namespace'> & {
  readonly spec: Pick<DeploymentSpec, 'dependsOn'>;
};

/**
 * Refuses what would wait for itself by way of others: INVALID_REQUEST that names the circle. `at` is what the client
 * named it by where it did not send the dependencies themselves.
 */
export async function refuseCircles(
  { name, namespace, spec: { dependsOn } }: Newcomer,
  deployments: Pick<Deployments, 'declared'>,
  at?: string,
): Promise<void> {
  if (dependsOn.length === 0) return;
  const others = new Map<string, readonly Dependency[]>();
  for (const { record, spec } of await deployments.declared(namespace)) {
    if (record.deletedAt === null && record.name !== name) others.set(record.name, spec.dependsOn);
  }
  const circle = circleOf(name, dependsOn, others);
  if (circle === null) return;
  const pointer = at ?? `/depends_on/${circle.index}/name`;
  const message = `deployments would wait for each other: ${circle.names.join(' -> ')}`;
  throw invalid({ violations: [{ pointer, message }] });
}
