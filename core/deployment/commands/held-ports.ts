/**
 * Host ports that other programs hold, for use in a transaction. They are looked up before the transaction and never
 * within it, because the engine may take a second to answer and the database would be locked meanwhile.
 */
import type { HostPorts, TakenPort } from '../host-ports.ts';
import { type HostPort, portsClash } from '../spec/port.ts';

/** The result of looking up host ports. */
export interface HeldPorts {
  /**
   * Returns those of these ports that another program holds. Aborts the work of {@link withHeldPorts} when a port
   * was not looked up.
   */
  among(ports: readonly HostPort[]): readonly TakenPort[];
}

/** For when nothing is known of the host: no port is held. */
export const nothingHeld: HeldPorts = { among: () => [] };

/** Internal signal, not an error: the work runs again once these ports have been looked up. */
class NotLookedUp extends Error {
  readonly ports: readonly HostPort[];

  constructor(ports: readonly HostPort[]) {
    super('Ports of the host were not looked up before the transaction');
    this.ports = ports;
  }
}

/**
 * Runs the work, a transaction, with the host ports that it needs to know. Looks up nothing when the work asks for no
 * port. Otherwise the transaction is rolled back at that point, all ports of `together` are looked up at once, and the
 * work runs again. Rejects as the work does.
 */
export async function withHeldPorts<T>(
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

/** The port lookup, and the ports to look up together. */
interface Lookup {
  /** Undefined when nothing is known of the host. */
  readonly hostPorts: HostPorts | undefined;
  readonly together?: readonly HostPort[];
}

const keyOf = ({ hostIp, published, protocol }: HostPort): string => `${hostIp} ${published}/${protocol}`;
