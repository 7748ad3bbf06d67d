/**
 * Finds the directories for the files of containers. A directory for secrets must be in memory and private to Ring:
 * never on disk, and never one that another user created.
 */
import { lstat, mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { RuntimeError } from '../../core/runtime-error.ts';

/** Where files are placed. */
export interface FilesOptions {
  readonly installationId: string;
  readonly dataDir: string;
  /** A directory on a tmpfs, created when missing; null: the first suitable tmpfs of the host. */
  readonly runDir: string | null;
}

/** The directories of an installation; each contains one subdirectory per container. */
export interface Places {
  /**
   * Returns the directory for a kind; creates it when missing. RuntimeError `file_system`, with the solution, when
   * there is none.
   */
  open(kind: 'config' | 'secret'): Promise<string>;
  /** Returns the directory for a kind if it exists; null otherwise. */
  find(kind: 'config' | 'secret'): Promise<string | null>;
  /** Returns all existing directories, including those for secrets that were chosen earlier. */
  all(): Promise<readonly string[]>;
}

/** The kernel's number of the tmpfs file system. */
const tmpfsType = 0x01021994;
/** The usual locations of a tmpfs. On some hosts `/run` is on disk, and not every user may write to it. */
const usual = ['/run', '/dev/shm'] as const;

/** Makes the places without creating or searching any directory. */
export const makePlaces = ({ installationId, dataDir, runDir }: FilesOptions): Places => {
  const own = `ring-${installationId}`;
  const configs = join(dataDir, 'files', own);
  const bases = runDir === null ? usual : [runDir];

  const openSecrets = async (): Promise<string> => {
    const faults: string[] = [];
    for (const base of bases) {
      const fault = await openPrivate(base, own, runDir !== null);
      if (fault === null) return join(base, own);
      faults.push(fault);
    }
    const way = 'set RING_RUN_DIR to a directory of its own on a tmpfs';
    throw new RuntimeError('file_system', `No place for secret files: ${faults.join('; ')}: ${way}`);
  };

  const findSecrets = async (): Promise<string | null> => {
    for (const base of bases) if ((await faultOf(join(base, own))) === null) return join(base, own);
    return null;
  };
  const findConfigs = async (): Promise<string | null> => ((await isDirectory(configs)) ? configs : null);

  return {
    async open(kind) {
      if (kind === 'secret') return openSecrets();
      await makePrivate(join(dataDir, 'files'));
      await makePrivate(configs);
      return configs;
    },
    find: (kind) => (kind === 'secret' ? findSecrets() : findConfigs()),
    async all() {
      const paths = [configs, ...bases.map((base) => join(base, own))];
      const there = await Promise.all(paths.map(isOurs));
      return paths.filter((_, index) => there[index]);
    },
  };
};

/** Creates Ring's own directory on a tmpfs; returns why it cannot be used, or null. */
async function openPrivate(base: string, own: string, mayMake: boolean): Promise<string | null> {
  try {
    if (mayMake) await makePrivate(base);
    if (!(await isTmpfs(base))) return `${base} is not a tmpfs`;
    await makePrivate(join(base, own));
  } catch (error) {
    return error instanceof Error && 'syscall' in error ? error.message : String(error);
  }
  return faultOf(join(base, own));
}

/** Creates a directory; an existing one keeps its mode. */
const makePrivate = async (path: string): Promise<void> => {
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
};

/** Returns why secrets cannot be placed in a directory; null when they can. */
async function faultOf(path: string): Promise<string | null> {
  try {
    const found = await lstat(path);
    if (!found.isDirectory()) return `${path} is not a directory`;
    if (found.uid !== process.geteuid?.()) return `${path} belongs to another user`;
    if ((found.mode & 0o077) !== 0) return `${path} is open to others: chmod 700 ${path}`;
    return (await isTmpfs(path)) ? null : `${path} is not a tmpfs`;
  } catch (error) {
    return error instanceof Error && 'syscall' in error ? error.message : String(error);
  }
}

const isTmpfs = async (path: string): Promise<boolean> => (await statfs(path)).type === tmpfsType;

const isDirectory = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Whether Ring created the directory: one that another user created is not touched. */
const isOurs = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isDirectory() && found.uid === process.geteuid?.(),
    () => false,
  );
