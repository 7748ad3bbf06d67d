/**
 * Converts Compose's `ports`. Compose publishes on every address of the host when none is named, and the result does
 * the same.
 */
import { numberOf, recordOf, type Say, textOf } from './fields.ts';
import { splitColons } from './texts.ts';

const everywhere = '0.0.0.0';

// The maximum number of ports of a deployment.
const mostPorts = 200;

/** Returns the ports to publish; those that cannot be published are reported. */
export const portsOf = (ports: readonly unknown[], say: Say): readonly string[] => {
  const found = ports.flatMap((port) =>
    typeof port === 'object' ? longPort(recordOf(port), say) : shortPort(textOf(port) ?? '', say),
  );
  const left = found.slice(mostPorts);
  if (left.length > 0)
    say(
      'ports',
      `${left[0]} and ${left.length - 1} more are left out: a deployment publishes ${mostPorts} at most`,
    );
  return found.slice(0, mostPorts);
};

const random = 'has no port of the host: Ring gives no random ones, name one';

function shortPort(text: string, say: Say): readonly string[] {
  const [ports = '', protocol = 'tcp', ...rest] = text.split('/');
  // An IPv6 address is in brackets and contains colons itself.
  const address = /^(\[[^\]]+\]):(.*)$/.exec(ports);
  const parts = address ? [address[1] ?? '', ...splitColons(address[2] ?? '')] : splitColons(ports);
  const known = protocol === 'tcp' || protocol === 'udp' || protocol.includes('${');
  if (parts.length > 3 || rest.length > 0 || !known)
    return lost(text, 'is no port that Ring can publish', say);
  const target = parts.at(-1) ?? '';
  const published = parts.at(-2) ?? '';
  if (parts.length === 1 || published === '') return lost(text, random, say);
  const host = parts.length === 3 && parts[0] ? parts[0] : everywhere;
  const pairs = pairsOfRanges(published, target);
  if (pairs === null) return lost(text, 'has ranges of different lengths', say);
  if (pairs.length === 0) return lost(text, 'has a range that ends before it begins', say);
  return pairs.map(([from, to]) => `${host}:${from}:${to}${protocol === 'tcp' ? '' : `/${protocol}`}`);
}

function longPort(port: Readonly<Record<string, unknown>>, say: Say): readonly string[] {
  const { target, published, host_ip: host, protocol } = port;
  const shown = textOf(target) ?? '?';
  if (published === undefined || numberOf(target) === undefined) return lost(shown, random, say);
  return shortPort(
    `${textOf(host) ?? everywhere}:${textOf(published)}:${shown}/${textOf(protocol) ?? 'tcp'}`,
    say,
  );
}

function pairsOfRanges(published: string, target: string): readonly (readonly [string, string])[] | null {
  const from = rangeOf(published);
  const to = rangeOf(target);
  if (from.length !== to.length) return null;
  return from.map((port, index) => [port, to[index] ?? '']);
}

function rangeOf(text: string): readonly string[] {
  const match = /^(\d+)-(\d+)$/.exec(text);
  if (!match) return [text];
  const first = Number(match[1]);
  const count = Math.min(Number(match[2]), 65_535) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => String(first + index));
}

function lost(text: string, why: string, say: Say): readonly string[] {
  say('ports', `${JSON.stringify(text)} ${why}`);
  return [];
}
