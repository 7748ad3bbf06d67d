/** Where a host path really leads. What may be mounted from there is decided by the policy in core/deployment. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import type { HostPaths } from '../../core/ports.ts';

/**
 * Follows symbolic links on this machine. Of a path that does not exist yet, the part that exists is followed: a
 * link in a parent directory leads elsewhere just the same.
 */
export const makeHostPaths = (): HostPaths => ({ resolve: (path) => follow(normalize(path)) });

async function follow(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await follow(parent), basename(path));
  }
}
