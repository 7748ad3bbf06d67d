/**
 * Finds out who listens on this host from the kernel's tables of sockets. It reports nothing when the engine's bridges
 * are not visible: then Ring has a network of its own, as in a container, and the tables are not the host's. A
 * program's name is known only when its files may be read.
 */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Listener, Listeners } from '../../core/deployment/host-ports.ts';
import { portsClash } from '../../core/deployment/spec/port.ts';
import { isHeld } from './dual-stack.ts';

/** The locations of the kernel's files; tests use directories of their own. */
export interface ListenersOptions {
  /** The process directory; `/proc` by default. */
  readonly proc?: string;
}

interface Socket extends Omit<Listener, 'program'> {
  readonly inode: string;
}

const tables = [
  { file: 'tcp', protocol: 'tcp', state: '0A' },
  { file: 'tcp6', protocol: 'tcp', state: '0A' },
  // A socket that is bound and not connected to a peer.
  { file: 'udp', protocol: 'udp', state: '07' },
  { file: 'udp6', protocol: 'udp', state: '07' },
] as const;

/** Makes the Listeners port; it reads the tables at each call. */
export const makeListeners = ({ proc = '/proc' }: ListenersOptions = {}): Listeners => ({
  async on(numbers) {
    const devices = await readFile(join(proc, 'net/dev'), 'utf8').catch(() => '');
    if (!bridge.test(devices)) return null;
    const read = await Promise.all(tables.map((table) => readTable(join(proc, 'net', table.file), table)));
    if (read.every((sockets) => sockets === null)) return null;
    const wanted = new Set(numbers);
    const sockets = read.flatMap((found) => found ?? []).filter(({ published }) => wanted.has(published));
    const programs = sockets.length === 0 ? new Map() : await programsOf(proc, sockets);
    const listeners = sockets
      .map(({ inode, ...socket }) => ({ ...socket, program: programs.get(inode) ?? null }))
      .filter(({ program }) => program !== enginesProxy);
    return (await Promise.all(listeners.map((listener) => withIpv4(listener, listeners)))).flat();
  },
});

/** Returns a listener on `::` that also accepts IPv4 as two listeners. */
async function withIpv4(listener: Listener, all: readonly Listener[]): Promise<readonly Listener[]> {
  const { hostIp, published, protocol } = listener;
  const asIpv4 = { ...listener, hostIp: '0.0.0.0' };
  if (hostIp !== '::') return [listener];
  // When another socket listens on IPv4, that one is the conflict.
  const isCovered = all.some((one) => portsClash(one, asIpv4));
  return !isCovered && (await isHeld(published, protocol)) ? [listener, asIpv4] : [listener];
}

/**
 * The engine's proxy listens for a container, which the engine itself reports, and may outlive the container for a
 * moment.
 */
const enginesProxy = 'docker-proxy';

/** The names of engines' bridges: Docker's own, those of its networks, and Podman's. */
const bridge = /^\s*(docker0|br-[0-9a-f]{12}|podman\d+|cni-podman\d+):/m;

async function readTable(
  path: string,
  { protocol, state }: (typeof tables)[number],
): Promise<readonly Socket[] | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , at, , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      const hostIp = addressOf(address);
      if (at !== state || hostIp === null) return [];
      return [{ hostIp, published: Number.parseInt(port, 16), protocol, inode }];
    });
}

/** Converts an address of the kernel's tables: words in the machine's byte order. */
function addressOf(hex: string): string | null {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  if (numbers.length === 4) return numbers.join('.');
  if (numbers.length !== 16) return null;
  const isMapped = bytes.slice(0, 12).join('') === '00000000000000000000FFFF';
  if (isMapped) return numbers.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.slice(2 * index, 2 * index + 2).join(''));
  // Formatted by the platform, so that equal addresses are equal texts.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Returns the names of the programs that hold sockets, by the socket's inode, as far as this process may read them. */
async function programsOf(proc: string, sockets: readonly Socket[]): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map(sockets.map(({ inode }) => [`socket:[${inode}]`, inode]));
  const programs = new Map<string, string>();
  const processes = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    processes.map(async (pid) => {
      const folder = join(proc, pid, 'fd');
      const files = await readdir(folder).catch(() => []);
      for (const file of files) {
        const inode = wanted.get(await readlink(join(folder, file)).catch(() => ''));
        if (inode === undefined) continue;
        programs.set(inode, (await readFile(join(proc, pid, 'comm'), 'utf8').catch(() => '')).trim());
      }
    }),
  );
  return programs;
}

/** The Listeners port for an engine on another host. */
export const noListeners: Listeners = { on: async () => null };
