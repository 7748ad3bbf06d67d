/** What the host has: asked of the engine only where somebody requests some of it, and seldom, since it hardly changes. */
import type { Desired } from '../ports.ts';
import type { Capacity } from '../runtime.ts';
import { requestsMemory } from './claims.ts';
import type { ReconcilerPorts } from './needs.ts';

const freshMs = 10 * 60_000;

/**
 * Reads what the host has for these deployments; null where none of them asks. Where the engine does not say it is what
 * it last said, or null: then memory holds up nobody.
 */
export function makeCapacityReader({
  runtime,
  clock,
  log,
}: Pick<ReconcilerPorts, 'runtime' | 'clock' | 'log'>): (
  desired: readonly Desired[],
) => Promise<Capacity | null> {
  let known: Capacity | null = null;
  let readAt = 0;
  return async (desired) => {
    if (!desired.some(requestsMemory)) return null;
    if (known !== null && clock.now() - readAt < freshMs && clock.now() >= readAt) return known;
    try {
      known = await runtime.capacity();
      readAt = clock.now();
    } catch (error) {
      log.warn('The engine does not say how much memory the host has; deployments are not held for it', {
        error,
      });
    }
    return known;
  };
}
