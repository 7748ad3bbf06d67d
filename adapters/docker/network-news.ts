/**
 * Selects the network events that matter: changes by others to a running container's place in its network. Connects and
 * disconnects that belong to a start or an end, and Ring's own reconnects, are ignored.
 */
import type { Instance, RuntimeEvent } from '../../core/runtime.ts';

/** An event of a network as the engine reports it, without the network's owner. */
export interface NetworkEvent {
  readonly action: 'connect' | 'disconnect' | 'destroy';
  readonly networkId: string;
  /** The container's id; null when the network itself was removed. */
  readonly containerId: string | null;
  /** Time in ms since 1970, by the engine's clock. */
  readonly at: number;
}

/** The lookups needed to find the containers of an event. */
export interface NewsParts {
  /** Returns the last observation of a container. */
  readonly last: (id: string) => Instance | undefined;
  /** Returns the last observations of the containers that belong to a network. */
  readonly within: (networkId: string) => readonly Instance[];
  readonly monotonicMs: () => number;
}

/** Separates relevant events from echoes of Ring's own calls. */
export interface NetworkNews {
  /**
   * Records that one of Ring's own re-joins begins. The returned function must be called at its end, with whether it
   * changed anything.
   */
  rejoining(id: string): (done: boolean) => void;
  /** Records an event of a container. */
  note(event: RuntimeEvent): void;
  /** Forgets all records, because events may have been missed: the last observation of a container counts again. */
  forget(): void;
  /** Returns the containers that an event concerns, each as an event of its own. */
  concerning(event: NetworkEvent): readonly RuntimeEvent[];
}

/** The engine may report a change shortly after it answered the call that made it. */
const echoMs = 1000;

/** Makes the filter; no re-join is in progress. */
export const makeNetworkNews = ({ last, within, monotonicMs }: NewsParts): NetworkNews => {
  /** Ring's own re-joins, by container: the monotonic time (ms) until which their events are echoes. */
  const own = new Map<string, number>();
  /** Containers whose process ended and has not restarted yet: they leave and join networks as a part of that. */
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
