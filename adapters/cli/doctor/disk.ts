/** Whether there is room where Ring and the engine keep their own. */
import { statfs } from 'node:fs/promises';
import { type Finding, fail, fine, warn } from './finding.ts';

/** A place on a disk, and whose it is. */
export interface Place {
  readonly whose: string;
  readonly path: string;
}

/** What a file system has left. */
export interface Room {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Of all names that it can hold, 0 to 1; null where it does not count them. */
  readonly freeNames: number | null;
}

const gib = 1024 ** 3;
const leastBytes = 0.2 * gib;
const scarceBytes = 2 * gib;
const scarceShare = 0.1;
const scarceNames = 0.05;

/** Looks at one place; one that cannot be looked at is nobody's fault. */
export async function checkDisk(place: Place): Promise<Finding> {
  try {
    const { bsize, blocks, bavail, files, ffree } = await statfs(place.path);
    const freeNames = files > 0 ? ffree / files : null;
    return judgeRoom(place, { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeNames });
  } catch {
    return fine('disk', `${place.path} (${place.whose}) cannot be looked at from here`);
  }
}

/** What so much room means. */
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
