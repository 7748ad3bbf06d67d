/** The short form of a published port. What its parts may be is decided in port.ts. */

/** `[host_ip:]published:target[/protocol]`, an IPv6 address in brackets. */
export const portText =
  /^(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/;

/** What to say of a text that is none. */
export const portTextMessage = 'must be "published:target", "host_ip:published:target" or either with "/udp"';
