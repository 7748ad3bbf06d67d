/**
 * IPv4 subnet arithmetic: which subnet of a pool is free, which addresses Ring assigns and which are left to others.
 * Pure; networks.ts determines what is in use.
 */

/** A range of addresses as numbers, both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** A subnet of the pool, and how its addresses are divided. */
export interface Subnet {
  readonly subnet: string;
  readonly gateway: string;
  /** The range from which the engine assigns addresses to containers that are not Ring's. */
  readonly strangers: string;
  /** The range from which Ring assigns addresses. */
  readonly own: Range;
}

const subnetBits = 23;
const strangerBits = 26;

/** Converts an address to a number; null when it is invalid. */
export const toNumber = (address: string): number | null => {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
};

/** Converts a number to an address. */
export const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** Returns the addresses of a subnet in CIDR form; null for anything else (IPv6 included). */
export const rangeOf = (cidr: string): Range | null => {
  const [address = '', bits = ''] = cidr.split('/');
  const value = toNumber(address);
  if (value === null || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return null;
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1 };
};

/** Whether two ranges have an address in common. */
const overlaps = (left: Range, right: Range): boolean => left.first <= right.last && right.first <= left.last;

/**
 * Divides the subnet that begins at an address: first the gateway, then Ring's range, then the range for other
 * containers.
 */
export const subnetAt = (first: number): Subnet => {
  const size = 2 ** (32 - subnetBits);
  const strangers = 2 ** (32 - strangerBits);
  return {
    subnet: `${toAddress(first)}/${subnetBits}`,
    gateway: toAddress(first + 1),
    strangers: `${toAddress(first + size - strangers)}/${strangerBits}`,
    own: { first: first + 2, last: first + size - strangers - 1 },
  };
};

/** Returns how an existing subnet is divided; null when it does not have Ring's form. */
export const subnetOf = (cidr: string): Subnet | null => {
  const range = rangeOf(cidr);
  return range && cidr.endsWith(`/${subnetBits}`) ? subnetAt(range.first) : null;
};

/** Yields the subnets of a pool that overlap nothing in use, lowest first. */
export function* freeSubnets(pool: string, inUse: readonly Range[]): Generator<Subnet> {
  const range = rangeOf(pool);
  if (!range) return;
  const size = 2 ** (32 - subnetBits);
  for (let first = range.first; first + size - 1 <= range.last; first += size) {
    const candidate = { first, last: first + size - 1 };
    if (!inUse.some((used) => overlaps(used, candidate))) yield subnetAt(first);
  }
}

const littleEndian = (hex: string): number =>
  [6, 4, 2, 0].reduce((sum, at) => sum * 256 + Number.parseInt(hex.slice(at, at + 2), 16), 0);

// A wider route says where all traffic goes, not which addresses are in use: a default route, or the two halves of one
// (0.0.0.0/1 and 128.0.0.0/1) that a VPN adds before it.
const widestRoute = 2 ** 24;

/** Returns the subnets that a host routes, from the text of /proc/net/route; routes wider than /8 are ignored. */
export const hostRoutes = (text: string): readonly Range[] =>
  text.split('\n').flatMap((line) => {
    const fields = line.split('\t');
    const [destination, mask] = [fields[1]?.trim() ?? '', fields[7]?.trim() ?? ''];
    if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask)) return [];
    const size = 2 ** 32 - littleEndian(mask);
    const first = littleEndian(destination);
    return size > widestRoute ? [] : [{ first, last: first + size - 1 }];
  });
