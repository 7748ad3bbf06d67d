/** Checks the free disk space where Ring and the engine store their data. */
import { statfs } from 'node:fs/promises';
import { type Finding, fail, fine, warn } from './finding.ts';

/** A path on a disk, and its owner. */
export interface Place {
  readonly whose: string;
  readonly path: string;
}

/** The free space of a file system. */
export interface Room {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** The fraction of its inodes that is free, 0 to 1; null when the file system does not count them. */
  readonly freeNames: number | null;
}

const gib = 1024 ** 3;
const leastBytes = 0.2 * gib;
const scarceBytes = 2 * gib;
const scarceShare = 0.1;
const scarceNames = 0.05;

/** Checks one path; one that cannot be checked is not reported as a problem. */
export async function checkDisk(place: Place): Promise<Finding> {
  try {
    const { bsize, blocks, bavail, files, ffree } = await statfs(place.path);
    const freeNames = files > 0 ? ffree / files : null;
    return judgeRoom(place, { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeNames });
  } catch {
    return fine('disk', `${place.path} (${place.whose}) cannot be looked at from here`);
  }
}

/** Judges the free space. */
export function judgeRoom({ whose, path }: Place, { freeBytes, totalBytes, freeNames }: Room): Finding {
  const share = totalBytes > 0 ? freeBytes / totalBytes : 0;
  const says = `${(freeBytes / gib).toFixed(1)} GiB (${Math.round(share * 100)} %) are free at ${path}, where ${whose}`;
  const way = 'look at what `ring gc` would remove, and at what else fills the disk (du -xh)';
  if (freeBytes < leastBytes) return fail('disk', says, way);
  if (freeNames !== null && freeNames < scarceNames) {
    return warn('disk', `${path}, where ${whose}, can hold hardly any more files (df -i)`, way);
  }
  if (share < scarceShare && freeBytes < 10 * scarceBytes) return warn('disk', says, way);
  return freeBytes < scarceBytes ? warn('disk', says, way) : fine('disk', says);
}
