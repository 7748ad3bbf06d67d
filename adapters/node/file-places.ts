/**
 * Finds the directories that containers' files lie in. One for secrets is taken only where it is known to be memory
 * and Ring's own: never the disk, never what someone else made there before.
 */
import { lstat, mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { RuntimeError } from '../../core/runtime-error.ts';

/** Where files lie. */
export interface FilesOptions {
  readonly installationId: string;
  readonly dataDir: string;
  /** A directory on a tmpfs, made where it is missing; null: the first tmpfs of the host that will do. */
  readonly runDir: string | null;
}

/** The directories of an installation, below which each container has one. */
export interface Places {
  /** The directory for a kind, made where it is missing. RuntimeError `file_system` where there is none, with the way out. */
  open(kind: 'config' | 'secret'): Promise<string>;
  /** The same where it is there already; null without one. */
  find(kind: 'config' | 'secret'): Promise<string | null>;
  /** All that are there, those of secrets that were chosen before included. */
  all(): Promise<readonly string[]>;
}

/** What the kernel calls a tmpfs. */
const tmpfsType = 0x01021994;
/** Where hosts have one. `/run` is on disk on some, and not everybody's to write to. */
const usual = ['/run', '/dev/shm'] as const;

/** Nothing is made or looked for yet. */
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

/** Makes Ring's own directory in one that is a tmpfs; why it cannot be used, or null. */
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

/** Makes a directory; one that is there keeps its mode. */
const makePrivate = async (path: string): Promise<void> => {
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
};

/** Why secrets cannot be put into a directory, or null. */
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

/** Whether Ring made it: what is there by another's hand is left alone. */
const isOurs = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isDirectory() && found.uid === process.geteuid?.(),
    () => false,
  );
