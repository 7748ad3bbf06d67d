/**
 * Places files for containers: secrets on a tmpfs, configs in the data directory, those of each container in a
 * directory of its own below one named after the installation. core/reconcile/execute/container-files.ts decides their
 * content.
 */
import { createHash, randomUUID } from 'node:crypto';
import { chown, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { ContainerFile, FileName, Files } from '../../core/file/files.ts';
import type { FileMount, Owner } from '../../core/runtime.ts';
import { RuntimeError } from '../../core/runtime-error.ts';
import { type FilesOptions, makePlaces, type Places } from './file-places.ts';

const modes = { config: 0o444, secret: 0o400 } as const;
/** The age in ms below which a directory may belong to a container that is being created. */
const youngMs = 60_000;

/** Makes the Files port of this host. Nothing is created until a file is placed. */
export const makeFiles = (options: FilesOptions): Files => {
  const places = makePlaces(options);

  const write = async (directory: string, file: ContainerFile): Promise<FileMount> => {
    const source = join(directory, fileName(file));
    const draft = `${source}.${randomUUID()}`;
    try {
      const handle = await open(draft, 'wx', modes[file.kind]);
      try {
        await handle.writeFile(file.content, 'utf8');
        await handle.chmod(modes[file.kind]);
        if (file.kind === 'config') await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, source);
    } finally {
      await rm(draft, { force: true });
    }
    return { source, destination: file.destination };
  };

  const placeOne = async (containerName: string, file: ContainerFile): Promise<FileMount> => {
    const directory = join(await places.open(file.kind), checked(containerName));
    for (let tries = 1; ; tries++) {
      try {
        await mkdir(directory, { mode: 0o700 }).catch(unless('EEXIST'));
        return await write(directory, file);
      } catch (error) {
        // A concurrent sweep removed the directory.
        if (codeOf(error) !== 'ENOENT' || tries > 3) throw error;
      }
    }
  };

  const isThere = async (containerName: string, file: FileName): Promise<boolean> => {
    const root = await places.find(file.kind);
    if (root === null) return false;
    return stat(join(root, checked(containerName), fileName(file))).then(
      (found) => found.isFile(),
      (error: unknown) => none(error, false),
    );
  };

  return {
    place: (containerName, files) =>
      judged(() => Promise.all(files.map((file) => placeOne(containerName, file)))),
    missing: (containerName, files) =>
      judged(async () => {
        const there = await Promise.all(files.map((file) => isThere(containerName, file)));
        return files.filter((_, index) => !there[index]);
      }),
    own: (containerName, owner) =>
      judged(async () => {
        const root = await places.find('secret');
        if (root === null) return;
        const directory = join(root, checked(containerName));
        const names = await readdir(directory).catch((error: unknown) => none(error, []));
        await Promise.all(names.map((name) => give(join(directory, name), owner)));
      }),
    remove: (containerName) =>
      judged(async () => {
        for (const root of await places.all()) await removeAll(join(root, checked(containerName)));
      }),
    sweep: (keep) => judged(() => sweep(places, keep)),
  };
};

/** Removes old directories that belong to no container, below Ring's own directories only; returns how many. */
async function sweep(places: Places, keep: ReadonlySet<string>): Promise<number> {
  let removed = 0;
  for (const root of await places.all()) {
    for (const name of await readdir(root)) {
      const path = join(root, name);
      const isOld = await lstat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs > youngMs,
        (error: unknown) => none(error, false),
      );
      if (keep.has(name) || !isOld) continue;
      await removeAll(path);
      removed += 1;
    }
  }
  return removed;
}

const removeAll = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** Changes a file's owner. Only root can do so; root in a container can read files owned by Ring anyway. */
async function give(path: string, { uid, gid }: Owner): Promise<void> {
  try {
    const { uid: now } = await stat(path);
    if (now !== uid) await chown(path, uid, gid);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || (uid === 0 && codeOf(error) === 'EPERM')) return;
    if (codeOf(error) !== 'EPERM') throw error;
    const way = 'run Ring as root, or the container as root';
    throw new RuntimeError(
      'file_system',
      `Ring (user ${process.geteuid?.() ?? 'unknown'}) cannot give a secret's file to the container's user ${uid}: ${way}`,
    );
  }
}

/** Returns the name of a file: always the same for the same path in the container. */
const fileName = ({ destination }: FileName): string =>
  createHash('sha256').update(destination).digest('hex').slice(0, 16);

/** Returns the name of a container if it cannot lead outside of the directory that contains it. */
const checked = (containerName: string): string => {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(containerName)) return containerName;
  throw new RuntimeError('file_system', `${JSON.stringify(containerName)} is not a container name`);
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

const unless = (code: string) => (error: unknown) => {
  if (codeOf(error) !== code) throw error;
};

/** Returns the given value for a missing file; rethrows any other error. */
const none = <T>(error: unknown, value: T): T => {
  if (codeOf(error) === 'ENOENT') return value;
  throw error;
};

/** Converts errors of the file system to RuntimeErrors. */
const judged = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RuntimeError || !(error instanceof Error && 'syscall' in error)) throw error;
    throw new RuntimeError('file_system', `A file for the container cannot be written: ${error.message}`, {
      cause: error,
    });
  }
};

/** Makes the Files port for an engine on another host, where no file can be placed. */
export const makeNoFiles = (engine: string): Files => ({
  place: async () => {
    const why = `the engine at ${engine} is on another host, where Ring can put no files`;
    throw new RuntimeError('config', `No volume of type config or secret: ${why}; run a Ring there`);
  },
  missing: async (_containerName, files) => files,
  own: async () => undefined,
  remove: async () => undefined,
  sweep: async () => 0,
});
