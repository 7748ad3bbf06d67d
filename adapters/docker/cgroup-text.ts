/**
 * Parses the files of a control group (version 1 and 2) and of a network. Pure; cgroup.ts decides which files are read.
 */
import type { NetworkUsage } from '../../core/usage/usage.ts';

/** Returns the number in a file that contains a single one; null for `max` and for anything that is not a number. */
export const numberIn = (text: string): number | null => {
  const value = Number.parseInt(text, 10);
  return Number.isSafeInteger(value) ? value : null;
};

/** Returns the value of one entry in a file of `name number` lines; null when the entry is missing. */
export const entryIn = (text: string, name: string): number | null => {
  for (const line of text.split('\n')) {
    if (line.startsWith(`${name} `)) return numberIn(line.slice(name.length + 1));
  }
  return null;
};

/** More than any host has: version 1 reports such a number when there is no limit. */
const leastUnlimited = 2 ** 53;

/** Returns a limit in bytes; null when there is none. */
export const limitIn = (text: string): number | null => {
  const value = Number(text.trim());
  return Number.isFinite(value) && value < leastUnlimited ? value : null;
};

/** Returns the traffic of all interfaces except loopback, from the text of `/proc/<pid>/net/dev`. */
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
