/**
 * Opens the database: creates its directory and file with private modes, and one connection with the dialect's pragmas.
 * migrations.ts defines the schema.
 */
import type { Stats } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import knex, { type Knex } from 'knex';
import { prepareConnection, sqlite } from './dialect.ts';

/** The file name of a database that lives as long as its connection. */
export const inMemory = ':memory:';

/** How long a query waits for the connection, in ms: longer than any write may take. */
const acquireTimeoutMs = 15_000;

/**
 * Opens a pool of one connection to the file, which is created with mode 0600 in a directory created with mode 0700. An
 * existing directory keeps its mode, because others may use it as well.
 */
export async function openConnection(filename: string): Promise<Knex> {
  if (filename !== inMemory) await prepareFile(resolve(filename));
  const isNew = ((await statOrNull(filename))?.size ?? 0) === 0;
  const pragmas = [...(isNew ? sqlite.newFilePragmas : []), ...sqlite.pragmas];
  return knex({
    client: sqlite.client,
    connection: { filename },
    useNullAsDefault: true,
    compileSqlOnError: false,
    acquireConnectionTimeout: acquireTimeoutMs,
    log: { warn: silent, error: silent, debug: silent, deprecate: silent },
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: Parameters<typeof prepareConnection>[1], done: (error?: unknown) => void) {
        prepareConnection(pragmas, connection).then(() => done(), done);
      },
    },
  });
}

/** knex's own log lines can contain SQL; the same failures are also reported as errors. */
const silent = () => undefined;

/**
 * Creates the file with its mode, because SQLite gives its log and index files the mode of the database file. An
 * existing file that is not a database is left unchanged: opening it reports the error.
 */
async function prepareFile(path: string): Promise<void> {
  await makeDirectory(dirname(path));
  // Closing a file releases all of this process's locks on it, including those of another connection.
  if (((await statOrNull(path))?.mode ?? 0) % 0o1000 === 0o600) return;
  const file = await open(path, 'a+', 0o600);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    if (bytesRead === 0 || buffer.toString('latin1') === magic) await file.chmod(0o600);
  } finally {
    await file.close();
  }
}

const statOrNull = (path: string): Promise<Stats | null> => stat(path).catch(() => null);

/** Creates the directory of the file but not its parents, because Node's recursive mkdir never ends below /proc. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** The first bytes of every SQLite database (https://sqlite.org/fileformat.html). */
const magic = 'SQLite format 3\0';
