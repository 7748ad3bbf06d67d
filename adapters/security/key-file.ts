/**
 * Provides the installation's secret: from a setting, otherwise from a file in the data directory that is created once.
 * The keys for signing and encryption are derived from it, so neither reveals anything about the other.
 */
import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makePrivateDir } from './private-dir.ts';

/** Derived keys of 32 bytes each. */
export interface Keys {
  readonly signing: Uint8Array;
  readonly sealing: Uint8Array;
}

const fileName = 'secret.key';
const secretBytes = 32;

/**
 * Opens the keys of the installation. Without a `secret`, it is read from, or created in, `<dataDir>/secret.key` (0600,
 * in a directory of 0700); two processes that create it at once use the same one. Rejects when the file is damaged or
 * accessible to other users.
 */
export const openKeys = async ({
  dataDir,
  secret,
}: {
  readonly dataDir: string;
  readonly secret?: string | undefined;
}): Promise<Keys> => {
  const master = secret ? Buffer.from(secret) : await readOrMake(dataDir);
  return { signing: derive(master, 'ring token signing'), sealing: derive(master, 'ring sealing at rest') };
};

function derive(master: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master, 'ring', info, secretBytes));
}

async function readOrMake(dataDir: string): Promise<Uint8Array> {
  return (await readKeyFile(dataDir)) ?? (await make(dataDir));
}

/**
 * Returns the content of a data directory's key file; null when there is none. Rejects when it is damaged or accessible
 * to other users.
 */
export async function readKeyFile(dataDir: string): Promise<Uint8Array | null> {
  const path = join(dataDir, fileName);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new Error(`${path} can be read by others: chmod 600 ${path}`);
  }
  if (!/^[0-9a-f]{64}\n$/.test(text)) {
    throw new Error(`${path} is damaged: restore it from a backup, what is encrypted needs it`);
  }
  return Buffer.from(text.trim(), 'hex');
}

// A hard link is created atomically and never replaces an existing file: the second process reads the file of the first
// one.
async function make(dataDir: string): Promise<Uint8Array> {
  const path = join(dataDir, fileName);
  await makePrivateDir(dataDir);
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeDurably(draft, `${randomBytes(secretBytes).toString('hex')}\n`);
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readKeyFile(dataDir);
  if (!made) throw new Error(`${path} vanished while it was made`);
  return made;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
