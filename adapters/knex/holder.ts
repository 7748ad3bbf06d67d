/**
 * Who holds the lease: this process, named so that another process on this host can tell whether it still lives. A
 * process id alone would not do, because ids are given again.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';

/** Names this process: where it runs, its id, when it started. */
export const thisHolder = (): string => `${place()}:${process.pid}:${startOf(process.pid) ?? ''}`;

/**
 * Whether a holder is known to be dead: it ran where this process runs, and is gone, or its id belongs to a younger
 * process. Of a holder elsewhere nothing is known, so it counts as alive.
 */
export function isHolderDead(holder: string): boolean {
  const [, there, id, started] = /^(.*):(\d+):(\d*)$/.exec(holder) ?? [];
  if (there === undefined || there !== place()) return false;
  const pid = Number(id);
  if (!isRunning(pid)) return true;
  const start = startOf(pid);
  return start === 'ended' || (start !== null && started !== '' && start !== started);
}

/**
 * Within one place process ids mean the same: one boot of one host, and one namespace of processes, since containers
 * can share a host's name but not its processes.
 */
const place = (): string =>
  [hostname(), read('/proc/sys/kernel/random/boot_id'), readLink('/proc/self/ns/pid')].join('/');

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** When a process started, in ticks since boot; `ended` for one that only waits to be reaped, null if not to be known. */
function startOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything, parentheses and spaces included.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  if (state === 'Z' || state === 'X') return 'ended';
  return fields[19] ?? null;
}

/** Empty where there is no such file: other systems than Linux have no /proc. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
