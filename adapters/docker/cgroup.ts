/**
 * Reads a container's resource usage from the kernel's files, in milliseconds where the engine's own answer takes a
 * second. A container's group is found by its id, which is unique; without one, the engine runs on another host or
 * keeps its groups in another place, and usage.ts asks the engine instead.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkUsage } from '../../core/usage/usage.ts';
import { entryIn, limitIn, networkIn, numberIn } from './cgroup-text.ts';

/** One reading of one container's usage. */
export interface Reading {
  /** Monotonic time in ms, unaffected by changes of the wall clock. */
  readonly at: number;
  /** CPU time since the container's process started, in ns. */
  readonly cpuNanos: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number | null;
  readonly network: NetworkUsage | null;
  readonly pids: number | null;
}

/** The locations of the kernel's files. */
export interface KernelFiles {
  /** The cgroup root, `/sys/fs/cgroup`. */
  readonly groups: string;
  /** The process directory, `/proc`. */
  readonly processes: string;
}

/** The kernel files of this machine. */
export const ownKernel: KernelFiles = { groups: '/sys/fs/cgroup', processes: '/proc' };

/** Reads one container; null when its group is not on this machine or no longer exists. */
export type ReadGroup = (id: string) => Promise<Reading | null>;

/** Reads a file of a container's group; null when it cannot be read. */
type ReadText = (controller: string, file: string) => Promise<string | null>;

/** The possible paths of a group: with the cgroupfs driver and with the systemd driver. */
const placesOf = (id: string): readonly string[] => [`docker/${id}`, `system.slice/docker-${id}.scope`];

const text = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

/** Makes a reader that handles both cgroup versions, at either path. */
export const makeReadGroup =
  ({ groups, processes }: KernelFiles, monotonicMs: () => number): ReadGroup =>
  async (id) => {
    for (const place of placesOf(id)) {
      const first: ReadText = (controller, file) => text(join(groups, controller, place, file));
      const second: ReadText = (_controller, file) => text(join(groups, place, file));
      const figures = (await firstVersion(first)) ?? (await secondVersion(second));
      if (!figures) continue;
      const { read, ...known } = figures;
      // The time of the CPU reading, because only the CPU share is computed from it.
      const at = monotonicMs();
      const [pids, members] = await Promise.all([
        read('pids', 'pids.current'),
        read('memory', 'cgroup.procs'),
      ]);
      const network = await networkOf(processes, members ?? '');
      return { at, ...known, network, pids: pids === null ? null : numberIn(pids) };
    }
    return null;
  };

type Figures = Pick<Reading, 'cpuNanos' | 'memoryBytes' | 'memoryLimitBytes'> & { readonly read: ReadText };

async function firstVersion(read: ReadText): Promise<Figures | null> {
  const memory = await read('memory', 'memory.usage_in_bytes');
  if (memory === null) return null;
  const [stat, limit] = await Promise.all([
    read('memory', 'memory.stat'),
    read('memory', 'memory.limit_in_bytes'),
  ]);
  const cpu = await read('cpuacct', 'cpuacct.usage');
  const cpuNanos = numberIn(cpu ?? '');
  if (cpuNanos === null) return null;
  const cached = entryIn(stat ?? '', 'total_inactive_file');
  return { read, cpuNanos, ...memoryOf(memory, { cached, limit }) };
}

async function secondVersion(read: ReadText): Promise<Figures | null> {
  const memory = await read('', 'memory.current');
  if (memory === null) return null;
  const [stat, limit] = await Promise.all([read('', 'memory.stat'), read('', 'memory.max')]);
  const micros = entryIn((await read('', 'cpu.stat')) ?? '', 'usage_usec');
  if (micros === null) return null;
  const cached = entryIn(stat ?? '', 'inactive_file');
  return { read, cpuNanos: micros * 1000, ...memoryOf(memory, { cached, limit }) };
}

const memoryOf = (
  used: string,
  { cached, limit }: { readonly cached: number | null; readonly limit: string | null },
): Pick<Reading, 'memoryBytes' | 'memoryLimitBytes'> => ({
  memoryBytes: Math.max(0, (numberIn(used) ?? 0) - (cached ?? 0)),
  memoryLimitBytes: limit === null ? null : limitIn(limit),
});

/** Returns the network counters. All processes of a container share its network, so any of them can be read. */
async function networkOf(processes: string, members: string): Promise<NetworkUsage | null> {
  const pid = numberIn(members);
  const counters = pid === null || pid === 0 ? null : await text(join(processes, String(pid), 'net', 'dev'));
  return counters === null ? null : networkIn(counters);
}
