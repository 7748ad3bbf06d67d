/**
 * What a container uses, read from the files of the kernel: milliseconds, where the engine's own answer takes a second.
 * A container's group is found by its id, which nobody else has: where there is none, the engine runs elsewhere or
 * keeps its groups in another place, and usage.ts asks it instead.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkUsage } from '../../core/usage/usage.ts';
import { entryIn, limitIn, networkIn, numberIn } from './cgroup-text.ts';

/** One reading of one container. */
export interface Reading {
  /** ms that only grow, however the clock is set. */
  readonly at: number;
  /** Processor time since the container's process began, in ns. */
  readonly cpuNanos: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number | null;
  readonly network: NetworkUsage | null;
  readonly pids: number | null;
}

/** Where the kernel shows itself. */
export interface KernelFiles {
  /** `/sys/fs/cgroup`. */
  readonly groups: string;
  /** `/proc`. */
  readonly processes: string;
}

/** The kernel of this machine. */
export const ownKernel: KernelFiles = { groups: '/sys/fs/cgroup', processes: '/proc' };

/** Reads one container; null where its group is not here, or is no more. */
export type ReadGroup = (id: string) => Promise<Reading | null>;

/** A file of a container's group; null where it cannot be read. */
type ReadText = (controller: string, file: string) => Promise<string | null>;

/** As the engine's driver is cgroupfs or systemd. */
const placesOf = (id: string): readonly string[] => [`docker/${id}`, `system.slice/docker-${id}.scope`];

const text = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

/** Reads groups of either version, wherever each container's is. */
export const makeReadGroup =
  ({ groups, processes }: KernelFiles, monotonicMs: () => number): ReadGroup =>
  async (id) => {
    for (const place of placesOf(id)) {
      const first: ReadText = (controller, file) => text(join(groups, controller, place, file));
      const second: ReadText = (_controller, file) => text(join(groups, place, file));
      const figures = (await firstVersion(first)) ?? (await secondVersion(second));
      if (!figures) continue;
      const { read, ...known } = figures;
      // The time of the processor's reading, which is the only one that a share is made of.
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

/** All processes of a container are in its network, so any of them will do. */
async function networkOf(processes: string, members: string): Promise<NetworkUsage | null> {
  const pid = numberIn(members);
  const counters = pid === null || pid === 0 ? null : await text(join(processes, String(pid), 'net', 'dev'));
  return counters === null ? null : networkIn(counters);
}
