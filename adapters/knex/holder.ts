/**
 * Identifies the holder of the lease, so that another process on this host can tell whether it is still alive. A
 * process id alone is not enough, because ids are reused.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';

/** Returns the identity of this process: its host, its id and its start time. */
export const thisHolder = (): string => `${place()}:${process.pid}:${startOf(process.pid) ?? ''}`;

/**
 * Whether a holder is known to be dead: it ran where this process runs and has ended, or its id belongs to a younger
 * process. A holder on another host counts as alive, because nothing is known about it.
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
 * Returns the scope in which process ids are unique: one boot of one host and one PID namespace, because containers can
 * share a host's name but not its processes.
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

/** Returns when a process started, in ticks since boot; `ended` for a zombie, null when it cannot be determined. */
function startOf(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  // The name in parentheses may contain anything, including parentheses and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  if (state === 'Z' || state === 'X') return 'ended';
  return fields[19] ?? null;
}

/** Returns the text of a file; empty when it is missing, because only Linux has /proc. */
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
