/**
 * What the files of a control group and of a network say, both in the first and in the second version of control
 * groups. Pure: which files are read is decided in cgroup.ts.
 */
import type { NetworkUsage } from '../../core/usage/usage.ts';

/** The number of a file that holds one; null for `max`, and for anything else that is none. */
export const numberIn = (text: string): number | null => {
  const value = Number.parseInt(text, 10);
  return Number.isSafeInteger(value) ? value : null;
};

/** One entry of a file that holds `name number` a line; null where it is not there. */
export const entryIn = (text: string, name: string): number | null => {
  for (const line of text.split('\n')) {
    if (line.startsWith(`${name} `)) return numberIn(line.slice(name.length + 1));
  }
  return null;
};

/** Nothing that a host could have: the first version says so where there is no limit. */
const leastUnlimited = 2 ** 53;

/** A limit in bytes; null where there is none. */
export const limitIn = (text: string): number | null => {
  const value = Number(text.trim());
  return Number.isFinite(value) && value < leastUnlimited ? value : null;
};

/** What has gone through all interfaces but the loopback, of `/proc/<pid>/net/dev`. */
export const networkIn = (text: string): NetworkUsage => {
  let receivedBytes = 0;
  let sentBytes = 0;
  for (const line of text.split('\n')) {
    const [, name, counters] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || counters === undefined || name === 'lo') continue;
    const columns = counters.split(/\s+/).map(Number);
    receivedBytes += columns[0] ?? 0;
    sentBytes += columns[8] ?? 0;
  }
  return { receivedBytes, sentBytes };
};
