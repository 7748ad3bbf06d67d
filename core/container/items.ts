/**
 * Parses the items of a container's lists that have a short form: devices, memory mounts, ulimits, hosts and GPUs. Each
 * parser returns the item, or its fault and where that is.
 */
import * as v from 'valibot';
import { cleaned, isCleanPath } from '../deployment/spec/path.ts';
import { parseBytes } from '../deployment/spec/quantity.ts';
import { nearest } from '../nearest.ts';
import type { ContainerDraft } from './draft.ts';
import type { Device, Gpus, MemoryMount, Ulimit } from './options.ts';

/** A fault of an item: the field within it (a JSON pointer, empty for the whole item) and how to correct it. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

type Item<Field extends keyof ContainerDraft> =
  NonNullable<ContainerDraft[Field]> extends readonly (infer One)[] ? One : never;

/** Whether a parse result is a fault. */
export const isFault = (parsed: object): parsed is Fault => 'field' in parsed && 'message' in parsed;

const address = v.pipe(v.string(), v.ip());

/** Whether a text is an IP address without a zone. */
export const isAddress = (text: string): boolean => !text.includes('%') && v.is(address, text);

const devicePath = 'must be an absolute path without ".." such as /dev/fuse';
const devicePermissions = 'must be some of r, w and m, each once';

/** Parses `source[:target][:permissions]`, or the object; the target defaults to the source. */
export function parseDevice(draft: Item<'devices'>): Device | Fault {
  const named = typeof draft === 'string' ? deviceOf(draft) : draft;
  if (named === null) return { field: '', message: 'must be "source[:target][:rwm]" such as "/dev/fuse"' };
  const at = (field: string) => (typeof draft === 'string' ? '' : field);
  const { source, target = source, permissions = 'rwm' } = named;
  if (!isCleanPath(source)) return { field: at('/source'), message: devicePath };
  if (!isCleanPath(target)) return { field: at('/target'), message: devicePath };
  if (!/^[rwm]{1,3}$/.test(permissions) || new Set(permissions).size < permissions.length) {
    return { field: at('/permissions'), message: devicePermissions };
  }
  const inOrder = [...'rwm'].filter((one) => permissions.includes(one)).join('');
  return { source: cleaned(source), target: cleaned(target), permissions: inOrder };
}

function deviceOf(text: string) {
  const [source = '', second, third, ...rest] = text.split(':');
  if (rest.length > 0) return null;
  if (second === undefined) return { source };
  if (third !== undefined) return { source, target: second, permissions: third };
  return second.startsWith('/') ? { source, target: second } : { source, permissions: second };
}

const octal = 'must be octal digits in quotes such as "1777"';
const memorySize = 'must be bytes such as "64m" or 67108864';

/** Parses `destination[:size=64m,mode=1777]`, or the object. */
export function parseMemoryMount(draft: Item<'tmpfs'>): MemoryMount | Fault {
  const named = typeof draft === 'string' ? mountOf(draft) : draft;
  if (named === null) {
    return { field: '', message: 'must be "destination" or "destination:size=64m,mode=1777"' };
  }
  const at = (field: string) => (typeof draft === 'string' ? '' : field);
  const { destination, size, mode } = named;
  if (!isCleanPath(destination) || cleaned(destination) === '/') {
    return {
      field: at('/destination'),
      message: 'the destination must be an absolute path below / without ".."',
    };
  }
  const sizeBytes = size === undefined ? null : parseBytes(size, 1);
  if (size !== undefined && sizeBytes === null)
    return { field: at('/size'), message: `the size ${memorySize}` };
  if (mode !== undefined && !/^[0-7]{3,5}$/.test(mode)) {
    return { field: at('/mode'), message: `the mode ${octal}` };
  }
  const bits = mode === undefined ? null : Number.parseInt(mode, 8);
  if (bits !== null && bits > 0o7777) return { field: at('/mode'), message: `the mode ${octal}` };
  return { destination: cleaned(destination), sizeBytes, mode: bits };
}

function mountOf(text: string) {
  const [destination = '', options, ...rest] = text.split(':');
  if (rest.length > 0) return null;
  const named = new Map<string, string>();
  for (const option of (options ?? '').split(',').filter((one) => one !== '')) {
    const [name = '', value, ...more] = option.split('=');
    const known = (name === 'size' || name === 'mode') && !named.has(name);
    if (!known || !value || more.length > 0) return null;
    named.set(name, value);
  }
  return { destination, size: named.get('size'), mode: named.get('mode') };
}

/** Formats a mode as four octal digits. */
export const modeText = (mode: number): string => mode.toString(8).padStart(4, '0');

const limitNames = [
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
];

/** Parses a ulimit; a single number sets both bounds. */
export function parseUlimit(
  name: string,
  draft: NonNullable<ContainerDraft['ulimits']>[string],
): Ulimit | Fault {
  if (!limitNames.includes(name)) {
    const near = nearest(name, limitNames);
    return {
      field: '',
      message: `is not a known limit: ${near ? `did you mean ${near}?` : limitNames.join(', ')}`,
    };
  }
  const { soft, hard } = typeof draft === 'number' ? { soft: draft, hard: draft } : draft;
  const isAbove = hard !== -1 && (soft === -1 || soft > hard);
  return isAbove
    ? { field: '/soft', message: 'must not be above "hard"; -1 is no limit' }
    : { name, soft, hard };
}

const hostName = /^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,253}[a-zA-Z0-9_])?$/;

/**
 * Parses a host entry, with `:` or `=` between name and address, to `name:address`; the address may be the host's
 * (`host-gateway`).
 */
export function parseHost(text: string): { readonly host: string } | Fault {
  const between = text.search(/[:=]/);
  const [name, given] = [text.slice(0, Math.max(0, between)), text.slice(between + 1)];
  if (between < 1 || !hostName.test(name)) {
    return { field: '', message: 'must be "name:address" such as "db:10.0.0.5"' };
  }
  const bare = given.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (bare !== 'host-gateway' && !isAddress(bare)) {
    return { field: '', message: 'the address must be an IPv4 or IPv6 address, or host-gateway' };
  }
  return { host: `${name}:${bare}` };
}

/** Parses `all`, a count, or the object with a count or the ids of the requested GPUs. */
export function parseGpus(draft: NonNullable<ContainerDraft['gpus']>): Gpus | Fault {
  const message = 'must be "all", a number, or an object with count or device_ids';
  if (typeof draft === 'string' && draft !== 'all') return { field: '', message };
  const {
    count,
    device_ids: ids = [],
    driver,
    capabilities = [],
  } = typeof draft === 'object' ? draft : { count: draft };
  if (typeof count === 'string' && count !== 'all') {
    return { field: '/count', message: 'must be "all" or a number' };
  }
  if (count !== undefined && ids.length > 0) {
    return { field: '/device_ids', message: 'names them one by one: leave out "count", or these' };
  }
  const wanted = count === 'all' || count === undefined ? -1 : count;
  return {
    count: ids.length > 0 ? null : wanted,
    deviceIds: [...new Set(ids)],
    driver: driver ?? null,
    capabilities: [...new Set(['gpu', ...capabilities])],
  };
}
