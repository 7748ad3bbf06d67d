/** The short form of a published port. port.ts checks its parts. */

/** `[host_ip:]published:target[/protocol]`, an IPv6 address in brackets. */
export const portText =
  /^(?:(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]):)?(\d{1,5}):(\d{1,5})(?:\/(tcp|udp))?$/;

/** The message for any other text. */
export const portTextMessage = 'must be "published:target", "host_ip:published:target" or either with "/udp"';
