/** Parses both forms of a published port to one: `"[host_ip:]published:target[/protocol]"` and the object. */
import * as v from 'valibot';
import type { DeploymentDraft } from './draft.ts';
import { portText, portTextMessage } from './port-text.ts';
import type { Port } from './spec.ts';

/** A port of the host, without the container port. */
export type HostPort = Pick<Port, 'hostIp' | 'published' | 'protocol'>;

type PortDraft = NonNullable<DeploymentDraft['ports']>[number];

/** Returns the port in normal form (host_ip defaults to 127.0.0.1, protocol to tcp), or its fault. */
export function parsePort(draft: PortDraft): Port | { readonly field: string; readonly message: string } {
  if (typeof draft !== 'string') {
    const { published, target, host_ip: hostIp = '127.0.0.1', protocol = 'tcp' } = draft;
    return isAddress(hostIp)
      ? { published, target, hostIp: hostIp.toLowerCase(), protocol }
      : { field: '/host_ip', message: 'must be an IPv4 or IPv6 address' };
  }
  const match = portText.exec(draft);
  if (!match) return { field: '', message: portTextMessage };
  const [, host = '127.0.0.1', published, target, protocol = 'tcp'] = match;
  const hostIp = host.replace(/^\[|\]$/g, '');
  if (!isAddress(hostIp)) return { field: '', message: `${hostIp} is not an IP address` };
  const port = {
    published: Number(published),
    target: Number(target),
    hostIp: hostIp.toLowerCase(),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
  } as const;
  return isPortNumber(port.published) && isPortNumber(port.target)
    ? port
    : { field: '', message: 'ports are numbers from 1 to 65535' };
}

/** Returns the object that parses to this port. */
export const portDraft = ({ published, target, hostIp, protocol }: Port) => ({
  published,
  target,
  host_ip: hostIp,
  protocol,
});

/**
 * Whether two published ports conflict on one host; `0.0.0.0` and `::` do not conflict, as engines bind them
 * separately.
 */
export function portsClash(a: HostPort, b: HostPort): boolean {
  const everywhere = isIpv6(a) ? '::' : '0.0.0.0';
  return (
    a.published === b.published &&
    a.protocol === b.protocol &&
    isIpv6(a) === isIpv6(b) &&
    (a.hostIp === b.hostIp || a.hostIp === everywhere || b.hostIp === everywhere)
  );
}

const isIpv6 = ({ hostIp }: HostPort): boolean => hostIp.includes(':');

const isPortNumber = (port: number): boolean => port >= 1 && port <= 65535;

const address = v.pipe(v.string(), v.ip());

/** An address with a zone (`fe80::1%eth0`) is not valid for the engine. */
const isAddress = (text: string): boolean => !text.includes('%') && v.is(address, text);
