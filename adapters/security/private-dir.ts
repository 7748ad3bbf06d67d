/** Makes the directory that Ring keeps its own in. What lies in it is decided elsewhere. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory, and those above it, with mode 0700; one that is there keeps its mode. Rejects as the file system
 * does. (Node's own recursive mkdir never ends below /proc.)
 */
export const makePrivateDir = async (path: string): Promise<void> => {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (error.code !== 'ENOENT' || dirname(path) === path || (await exists(dirname(path)))) throw error;
    await makePrivateDir(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
