/** Opens what lies in the data directory: the installation's keys and its database. What is in them is theirs to know. */
import { join } from 'node:path';
import type { Settings } from './config.ts';
import { openStore, type Store } from './knex/store.ts';
import { type Keys, openKeys } from './security/key-file.ts';
import { makePrivateDir } from './security/private-dir.ts';

/** The keys and the database of an installation. */
export interface Data {
  readonly keys: Keys;
  readonly store: Store;
}

/** Opens both, made where they are missing. Rejects with a sentence that names the directory. */
export const openData = async ({
  dataDir,
  secretKey,
  databaseUrl,
}: Pick<Settings, 'dataDir' | 'secretKey' | 'databaseUrl'>): Promise<Data> => {
  try {
    await makePrivateDir(dataDir);
    const keys = await openKeys({ dataDir, secret: secretKey ?? undefined });
    return {
      keys,
      store: await openStore({ filename: databaseUrl?.replace(/^sqlite:/, '') ?? join(dataDir, 'ring.db') }),
    };
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new Error(`The data directory ${dataDir} cannot be used: ${error.message}`, { cause: error });
  }
};
