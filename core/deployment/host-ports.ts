/**
 * Which ports of the host are held by somebody who is not Ring, as far as that can be seen. What Ring's own containers
 * hold is for the declarations to say (neighbours.ts); what is not seen here the engine refuses when it comes to it.
 */
import type { Clock } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type HostPort, portsClash } from './port.ts';

/** A port that somebody listens on; `program` is null where that cannot be seen. */
export interface Listener extends HostPort {
  readonly program: string | null;
}

/** Who listens on the host. */
export interface Listeners {
  /** On these numbers; null where the host that containers are published on cannot be seen. */
  on(numbers: readonly number[]): Promise<readonly Listener[] | null>;
}

/** A port that is held, and by whom in words. */
export interface TakenPort extends HostPort {
  readonly by: string;
}

/** The host's ports. */
export interface HostPorts {
  /** Those of these ports that are held by somebody who is not Ring; none where that cannot be told within a second. */
  taken(ports: readonly HostPort[]): Promise<readonly TakenPort[]>;
}

const patienceMs = 1_000;

/** Puts together what the engine publishes and who listens: only what no container of Ring's publishes is a stranger's. */
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
        // Without it nothing is known of who listens for whom.
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
