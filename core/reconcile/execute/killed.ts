/**
 * Which containers were sent a signal through the engine since they were last started, as far as anybody listened: by
 * a person, by Ring, or by the engine as it ends. What ended by that did not end by itself.
 */
import type { Instance, RuntimeEvent } from '../../runtime.ts';

/** Remembers who was sent a signal. */
export interface Killed {
  notice(event: Pick<RuntimeEvent, 'action' | 'instanceId' | 'at'>): void;
  /** Forgets those that have been started since: the event that said so may have been missed. */
  saw(instances: readonly Instance[]): void;
  /** The ids of those that are remembered. */
  ids(): ReadonlySet<string>;
}

/** The end of a container may go untold while nobody listens: what is remembered has a bound of its own. */
const mostKilled = 10_000;

/** Nobody yet. */
export function makeKilled(): Killed {
  /** When the signal was sent (ms since 1970), by container, the oldest first. */
  const killed = new Map<string, number>();
  return {
    notice({ action, instanceId, at }) {
      if (action === 'kill') {
        killed.delete(instanceId);
        killed.set(instanceId, at);
        const [oldest] = killed.keys();
        if (killed.size > mostKilled && oldest !== undefined) killed.delete(oldest);
      }
      if (action === 'destroy' || action === 'start') killed.delete(instanceId);
    },
    saw(instances) {
      if (killed.size === 0) return;
      for (const { id, startedAt } of instances) {
        const at = killed.get(id);
        if (at !== undefined && startedAt !== null && startedAt > at) killed.delete(id);
      }
    },
    ids: () => new Set(killed.keys()),
  };
}
