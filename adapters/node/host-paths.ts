/** Resolves the symbolic links of a host path. The policy in core/deployment decides what may be mounted. */
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import type { HostPaths } from '../../core/ports.ts';

/**
 * Makes the HostPaths port of this machine. Of a path that does not exist yet, the existing part is resolved, because a
 * link in a parent directory can also lead elsewhere. Null when it cannot be resolved: a loop, a dangling link (its
 * target may be created later by anyone), or a directory that may not be read.
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

/** Whether a file exists at the path, including a dangling link. */
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
