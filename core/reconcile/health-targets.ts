/**
 * Decides which instances are checked, and with which checks: those that are up, each with the checks of its own
 * revision. Pure; how checks are executed is decided in core/health.
 */
import type { HealthTarget } from '../health/watch.ts';
import type { Desired } from '../ports.ts';
import type { Instance } from '../runtime.ts';
import { checksOf } from './judge/readiness.ts';
import { emptyMemory } from './memory.ts';
import { targetOf } from './plan/turns.ts';
import { atRevision, isUp } from './subject.ts';

/** The address of instances on the host's network, as far as Ring itself is on it. */
const loopback = '127.0.0.1';

/** The instances of all deployments whose health is to be watched. */
export function targetsOf(
  all: readonly Desired[],
  observed: ReadonlyMap<string, readonly Instance[]>,
): readonly HealthTarget[] {
  return all.flatMap((desired): HealthTarget[] => {
    const { record, revision, stable, observation } = desired;
    const hasChecks = revision.spec.healthChecks.length > 0 || (stable?.spec.healthChecks.length ?? 0) > 0;
    if (!hasChecks || record.deletedAt !== null) return [];
    const memory = observation?.memory ?? emptyMemory;
    const wanted = atRevision({ desired }, targetOf({ desired, memory }));
    return (observed.get(record.uid) ?? []).filter(isUp).flatMap((instance): HealthTarget[] => {
      const checks = checksOf(wanted, instance);
      if (checks.length === 0) return [];
      const { id, containerName, startedAt, identity } = instance;
      const address = instance.connected === null ? loopback : instance.address;
      return [
        {
          uid: record.uid,
          name: record.name,
          slot: identity.slot,
          instanceId: id,
          containerName,
          address,
          specHash: identity.specHash,
          startedAt,
          checks,
        },
      ];
    });
  });
}
