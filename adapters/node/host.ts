/** Facts about this host: CPU, memory and disk usage. The handler of `/node/get` shows them. */
import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, hostname, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { shared } from '../../core/concurrency/shared.ts';
import type { Host } from '../../core/ports.ts';

/** The CPU time since the machine started, in ms, at an instant. */
interface Sample {
  readonly at: number;
  readonly busy: number;
  readonly total: number;
}

// The load is the difference between two readings, which must not be too close together or too far apart (ms).
const nearestMs = 150;
const farthestMs = 10_000;

/**
 * Facts about this host; `diskPath` selects the file system whose usage is reported. The first call takes about 0.15 s.
 */
export const makeHost = ({ diskPath }: { readonly diskPath: string }): Host => {
  const cpuUsage = makeCpuUsage();
  return {
    async facts() {
      const [cpu, available, disk] = await Promise.all([cpuUsage(), availableMemory(), diskUsage(diskPath)]);
      const total = totalmem();
      return {
        hostname: hostname(),
        cpuUsage: cpu,
        memoryUsage: percent(total - available, total),
        diskUsage: disk,
        cpuCount: cpus().length,
        memoryTotalBytes: total,
      };
    },
  };
};

function makeCpuUsage(): () => Promise<number> {
  let last: Sample | null = null;
  return shared(async () => {
    const known = last && sample().at - last.at <= farthestMs ? last : sample();
    const missingMs = known.at + nearestMs - sample().at;
    if (missingMs > 0) await pause(missingMs);
    const now = sample();
    last = now;
    return percent(now.busy - known.busy, now.total - known.total);
  });
}

function sample(): Sample {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const working = times.user + times.nice + times.sys + times.irq;
    busy += working;
    total += working + times.idle;
  }
  return { at: performance.now(), busy, total };
}

// The memory that Linux could give to a new process; free memory alone does not include caches that can be released.
async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : freemem();
}

// Calculated as in df: space reserved for root is neither used nor available.
async function diskUsage(path: string): Promise<number> {
  const { blocks, bfree, bavail } = await statfs(path);
  return percent(blocks - bfree, blocks - bfree + bavail);
}

function percent(part: number, whole: number): number {
  if (whole <= 0) return 0;
  return Math.round(Math.min(100, Math.max(0, (part / whole) * 100)) * 10) / 10;
}
