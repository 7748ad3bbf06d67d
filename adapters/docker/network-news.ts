/**
 * Selects the network events that matter: changes by others to a running container's place in its network. Connects and
 * disconnects that belong to a start or an end, and Ring's own reconnects, are ignored.
 */
import type { Instance, RuntimeEvent } from '../../core/runtime.ts';

/** An event of a network, as the engine tells it; which network is whose, it does not say. */
export interface NetworkEvent {
  readonly action: 'connect' | 'disconnect' | 'destroy';
  readonly networkId: string;
  /** null where a network itself is gone. */
  readonly containerId: string | null;
  /** ms since 1970, by the engine's clock. */
  readonly at: number;
}

/** The lookups needed to find the containers of an event. */
export interface NewsParts {
  /** What was last seen of a container. */
  readonly last: (id: string) => Instance | undefined;
  /** What was last seen of the containers that belong to a network. */
  readonly within: (networkId: string) => readonly Instance[];
  readonly monotonicMs: () => number;
}

/** Separates relevant events from echoes of Ring's own calls. */
export interface NetworkNews {
  /** Notes that a re-join of Ring's own begins; call what it returns at its end, saying whether it did anything. */
  rejoining(id: string): (done: boolean) => void;
  /** Notes what happened to a container. */
  note(event: RuntimeEvent): void;
  /** Events may have been missed: what is last seen of a container counts again. */
  forget(): void;
  /** The containers that an event concerns, each as an event of its own. */
  concerning(event: NetworkEvent): readonly RuntimeEvent[];
}

/** The engine may report a change shortly after it answered the call that made it. */
const echoMs = 1000;

/** Makes the judge; nothing is under way yet. */
export const makeNetworkNews = ({ last, within, monotonicMs }: NewsParts): NetworkNews => {
  /** Re-joins of Ring's own, by container: until when (monotonic) their events are echoes. */
  const own = new Map<string, number>();
  /** Containers whose process ended and did not begin again yet: they leave and join as a part of that. */
  const ended = new Set<string>();

  const isUp = (id: string): boolean => {
    const state = last(id)?.state;
    return (state === 'running' || state === 'paused') && !ended.has(id);
  };
  const isEcho = (id: string): boolean => (own.get(id) ?? 0) > monotonicMs();
  const dropOld = (): void => {
    for (const [id, until] of own) if (until <= monotonicMs()) own.delete(id);
  };
  const concerned = ({ containerId, networkId }: NetworkEvent): readonly Instance[] => {
    if (containerId === null) return within(networkId);
    const found = last(containerId);
    return found && isUp(containerId) && !isEcho(containerId) ? [found] : [];
  };

  return {
    rejoining(id) {
      dropOld();
      own.set(id, Number.POSITIVE_INFINITY);
      return (done) => {
        if (done) own.set(id, monotonicMs() + echoMs);
        else own.delete(id);
      };
    },
    note({ action, instanceId }) {
      if (action === 'die') ended.add(instanceId);
      if (action === 'start' || action === 'destroy') ended.delete(instanceId);
    },
    forget: () => ended.clear(),
    concerning: (event) =>
      concerned(event).map(({ id, identity }) => ({
        instanceId: id,
        identity,
        action: 'network',
        exitCode: null,
        at: event.at,
      })),
  };
};
