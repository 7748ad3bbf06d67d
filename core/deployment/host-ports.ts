/**
 * Determines which host ports are held by programs other than Ring, as far as visible. Ports of Ring's own containers
 * are checked against the declarations (check-conflicts.ts); for anything not visible here, the engine rejects the port
 * later.
 */
import type { Clock } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type HostPort, portsClash } from './spec/port.ts';

/** A port with a listening program; `program` is null when it is not visible. */
export interface Listener extends HostPort {
  readonly program: string | null;
}

/** The listeners on the host. */
export interface Listeners {
  /** Returns the listeners on these port numbers; null when the host that containers publish on is not visible. */
  on(numbers: readonly number[]): Promise<readonly Listener[] | null>;
}

/** A held port, with a description of its holder. */
export interface TakenPort extends HostPort {
  readonly by: string;
}

/** The host's ports. */
export interface HostPorts {
  /** Returns those of these ports that are held by others; none when that cannot be determined within a second. */
  taken(ports: readonly HostPort[]): Promise<readonly TakenPort[]>;
}

const patienceMs = 1_000;

/**
 * Combines the engine's published ports with the listeners of the host: a port counts as held by others only when no
 * container of Ring publishes it.
 */
export function makeHostPorts({
  runtime,
  listeners,
  clock,
}: {
  readonly runtime: Pick<Runtime, 'published'>;
  readonly listeners: Listeners;
  readonly clock: Pick<Clock, 'sleep'>;
}): HostPorts {
  return {
    async taken(ports) {
      const seen = Promise.all([
        // Without the engine's list it is unknown which container a listener belongs to.
        runtime.published().catch(() => null),
        listeners.on(ports.map(({ published }) => published)),
      ]);
      const [published, heard] = (await Promise.race([seen, clock.sleep(patienceMs)])) ?? [null, null];
      if (published === null) return [];
      const strangers = published
        .filter(({ isOwn }) => !isOwn)
        .map(({ containerName, ...port }) => ({ ...port, by: `the container ${containerName}` }));
      const listening = (heard ?? [])
        .filter((listener) => !published.some((one) => portsClash(one, listener)))
        .map(({ program, ...port }) => ({
          ...port,
          by: program === null ? 'another program' : `the program ${program}`,
        }));
      return ports.flatMap((port) => {
        const holder = [...strangers, ...listening].find((one) => portsClash(one, port));
        return holder ? [{ ...port, by: holder.by }] : [];
      });
    },
  };
}
