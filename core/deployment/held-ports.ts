/**
 * Ports of the host that somebody else holds, as a transaction may know them: they are looked up before it and never
 * within it, because the engine may take a second to answer, and the database would wait for it.
 */
import type { HostPorts, TakenPort } from './host-ports.ts';
import { type HostPort, portsClash } from './port.ts';

/** What was found of the host's ports. */
export interface HeldPorts {
  /** Those of these ports that somebody else holds. Ends the work of {@link knowingHeldPorts} where one was not looked up. */
  among(ports: readonly HostPort[]): readonly TakenPort[];
}

/** Where nothing is known of the host: nobody holds anything. */
export const nothingHeld: HeldPorts = { among: () => [] };

/** Not an error of anybody's: the work is done again once these ports have been looked up. */
class NotLookedUp extends Error {
  readonly ports: readonly HostPort[];

  constructor(ports: readonly HostPort[]) {
    super('Ports of the host were not looked up before the transaction');
    this.ports = ports;
  }
}

/**
 * Does the work, a transaction, with what it needs to know of the host's ports. Nothing is looked up for work that asks
 * for no port; else the transaction is taken back at that point, the ports are looked up, all those of `together` in one
 * go, and the work is done again. Rejects as the work does.
 */
export async function knowingHeldPorts<T>(
  { hostPorts, together = [] }: Lookup,
  work: (held: HeldPorts) => Promise<T>,
): Promise<T> {
  if (!hostPorts) return work(nothingHeld);
  const known = new Map<string, HostPort>();
  let taken: readonly TakenPort[] = [];
  const held: HeldPorts = {
    among(ports) {
      const unknown = ports.filter((port) => !known.has(keyOf(port)));
      if (unknown.length > 0) throw new NotLookedUp(unknown);
      return taken.filter((one) => ports.some((port) => portsClash(port, one)));
    },
  };
  for (;;) {
    try {
      return await work(held);
    } catch (error) {
      if (!(error instanceof NotLookedUp)) throw error;
      for (const port of [...error.ports, ...together]) known.set(keyOf(port), port);
      taken = await hostPorts.taken([...known.values()]);
    }
  }
}

/** Who is asked, and what else may be needed of the answer. */
interface Lookup {
  /** Without it nothing is known of the host. */
  readonly hostPorts: HostPorts | undefined;
  readonly together?: readonly HostPort[];
}

const keyOf = ({ hostIp, published, protocol }: HostPort): string => `${hostIp} ${published}/${protocol}`;
