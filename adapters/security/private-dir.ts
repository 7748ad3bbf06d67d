/** Creates directories that are private to Ring. The callers decide what is stored in them. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a directory and its parents with mode 0700; an existing one keeps its mode. Rejects with the file system's
 * error. (Node's own recursive mkdir never ends below /proc.)
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
