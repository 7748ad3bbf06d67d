/** Where a host path really leads. What may be mounted from there is decided by the policy in core/deployment. */
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import type { HostPaths } from '../../core/ports.ts';

/**
 * Follows symbolic links on this machine. Of a path that does not exist yet, the part that exists is followed: a
 * link in a parent directory leads elsewhere just the same. Null when it cannot be determined: a loop, a link to nowhere
 * (whoever makes its target decides later), a directory that may not be read.
 */
export const makeHostPaths = (): HostPaths => ({
  async resolve(path) {
    try {
      return await follow(normalize(path));
    } catch {
      return null;
    }
  },
});

async function follow(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (!isMissing(error) || parent === path || (await exists(path))) throw error;
    return join(await follow(parent), basename(path));
  }
}

/** Whether there is anything by that name, a dangling link included. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
