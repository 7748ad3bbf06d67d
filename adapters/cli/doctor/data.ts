/** Checks whether the data directory and its files are usable, and private to Ring. It creates and changes nothing. */
import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Finding, fail, fine, warn } from './finding.ts';

/** Types of network file systems, by the kernel's number: SQLite's locks are not safe on them. */
const networkFileSystems = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
]);
const tmpfsType = 0x01021994;

/** Checks whether Ring can keep its database and key in the directory. */
export async function checkDataDir(path: string): Promise<Finding> {
  const found = await statOf(path);
  if (found === 'missing') return checkParent(path);
  if (found === 'hidden' || !(await isWritable(path))) return notWritable(path);
  if (!found.isDirectory)
    return fail('data', `${path} is no directory`, 'name another one by RING_DATA_DIR or --data-dir');
  const kind = await fileSystemOf(path);
  const network = networkFileSystems.get(kind ?? 0);
  if (network) {
    return warn(
      'data',
      `${path} lies on ${network}, where locks of a database are not safe`,
      'keep it on a disk of this machine',
    );
  }
  if (kind === tmpfsType) {
    return warn(
      'data',
      `${path} lies in memory and is gone after a boot`,
      'keep it on a disk of this machine',
    );
  }
  if ((found.mode & 0o077) !== 0) return warn('data', `${path} is open to others`, `chmod 700 ${path}`);
  return fine('data', `${path} can be used`);
}

async function checkParent(path: string): Promise<Finding> {
  const above = await nearestAbove(path);
  return (await isWritable(above)) ? fine('data', `${path} is made at the first start`) : notWritable(above);
}

const notWritable = (path: string): Finding =>
  fail(
    'data',
    `${path} cannot be written to by this user`,
    `give it to the user that Ring runs as (chown <user> ${path}), or name another by RING_DATA_DIR or --data-dir`,
  );

/** How to check the key file: `readKey` throws an error that describes what is wrong with it. */
export interface KeyLook {
  readonly dataDir: string;
  readonly hasSetting: boolean;
  readonly readKey: () => Promise<unknown>;
}

/** Checks whether encrypted data can be decrypted. */
export async function checkKey({ dataDir, hasSetting, readKey }: KeyLook): Promise<Finding> {
  if (hasSetting) return fine('key', 'given by RING_SECRET_KEY');
  const path = join(dataDir, 'secret.key');
  try {
    if ((await readKey()) !== null) return fine('key', `${path} is there, and nobody else can read it`);
  } catch (error) {
    const [fault = '', way = ''] = (error instanceof Error ? error.message : String(error)).split(/: (.*)/s);
    return fail('key', fault, way || 'run it as the user that Ring runs as');
  }
  if ((await statOf(join(dataDir, 'ring.db'))) === 'missing')
    return fine('key', `${path} is made at the first start`);
  return fail(
    'key',
    `${path} is missing, and the database beside it holds what was sealed with it`,
    'restore it from a backup, or set RING_SECRET_KEY if the key was given that way',
  );
}

/** Checks whether secret files can be kept in memory. */
export async function checkMemory(runDir: string | null): Promise<Finding> {
  for (const path of runDir === null ? ['/run', '/dev/shm'] : [runDir]) {
    const there = (await statOf(path)) === 'missing' ? dirname(path) : path;
    if ((await fileSystemOf(there)) === tmpfsType && (await isWritable(there))) {
      return fine('memory', `files of secrets have a place in ${path}`);
    }
  }
  return warn(
    'memory',
    'there is no place in memory for files of secrets: deployments that mount one will wait',
    'set RING_RUN_DIR to a directory on a tmpfs that this user can write to',
  );
}

/** Returns the path itself, or its nearest parent that exists. */
export async function nearestAbove(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    if ((await statOf(at)) !== 'missing' || dirname(at) === at) return at;
  }
}

interface Found {
  readonly mode: number;
  readonly isDirectory: boolean;
}

const statOf = (path: string): Promise<Found | 'missing' | 'hidden'> =>
  stat(path).then(
    (found) => ({ mode: found.mode, isDirectory: found.isDirectory() }),
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? 'missing' : 'hidden'),
  );

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );

const fileSystemOf = (path: string): Promise<number | null> =>
  statfs(path).then(
    ({ type }) => type >>> 0,
    () => null,
  );
