/** Asks for the host's ports once for all that is declared together: each question may take a second, and the database waits. */
import type { HostPorts } from '../deployment/host-ports.ts';
import { portsClash } from '../deployment/port.ts';
import type { Declaration } from '../deployment/spec.ts';

/** The same ports of the host, as they are when they are first asked for. */
export function askedOnce(hostPorts: HostPorts, declarations: readonly Declaration[]): HostPorts {
  const all = declarations.flatMap(({ spec }) => spec.ports);
  let known: ReturnType<HostPorts['taken']> | null = null;
  return {
    async taken(ports) {
      known ??= hostPorts.taken(all);
      return (await known).filter((one) => ports.some((port) => portsClash(port, one)));
    },
  };
}
