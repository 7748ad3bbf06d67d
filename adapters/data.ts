/**
 * Opens the contents of the data directory: the installation's keys and its database. The adapters of each define their
 * format.
 */
import { dirname, join } from 'node:path';
import type { Settings } from './config.ts';
import { openStore, type Store } from './knex/store.ts';
import { type Keys, openKeys } from './security/key-file.ts';
import { makePrivateDir } from './security/private-dir.ts';

/** The keys and the database of an installation. */
export interface Data {
  readonly keys: Keys;
  readonly store: Store;
}

/** Opens both; creates them when missing. Rejects with an error that names the directory. */
export const openData = async ({
  dataDir,
  secretKey,
  databaseUrl,
  revisions,
}: Pick<Settings, 'dataDir' | 'secretKey' | 'databaseUrl' | 'revisions'>): Promise<Data> => {
  const filename = databaseUrl?.replace(/^sqlite:/, '') ?? join(dataDir, 'ring.db');
  const keys = await using('data directory', dataDir, () =>
    openKeys({ dataDir, secret: secretKey ?? undefined }),
  );
  return {
    keys,
    store: await using('directory of the database', dirname(filename), () =>
      openStore({ filename, revisionsKept: revisions }),
    ),
  };
};

/** Runs work on a directory; an error of the file system is rethrown with the directory's name. */
async function using<T>(what: string, directory: string, work: () => Promise<T>): Promise<T> {
  try {
    await makePrivateDir(directory);
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new Error(`The ${what} ${directory} cannot be used: ${error.message}`, { cause: error });
  }
}
