/**
 * Remembers which containers were sent a signal through the engine since they were last started, as far as events were
 * received: by a person, by Ring, or by the engine when it shuts down. What that means for their end is decided in
 * judge/judge-slot.ts and judge/judge-part.ts.
 */
import type { Instance, RuntimeEvent } from '../../runtime.ts';

/** The containers that were sent a signal. */
export interface Killed {
  notice(event: Pick<RuntimeEvent, 'action' | 'instanceId' | 'at'>): void;
  /** Forgets containers that have been started since: the event of their start may have been missed. */
  saw(instances: readonly Instance[]): void;
  /** The ids of the remembered containers. */
  ids(): ReadonlySet<string>;
}

/** The maximum number of remembered containers: the end of a container may not be reported while nobody listens. */
const mostKilled = 10_000;

/** Makes an empty memory. */
export function makeKilled(): Killed {
  /** When the signal was sent (ms since 1970), by container id, the oldest first. */
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
