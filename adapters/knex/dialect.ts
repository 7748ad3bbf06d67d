/**
 * Contains everything specific to one database product: its pragmas, its lock, its error codes. Support for a second
 * product is a second constant here; no other file of this folder names a product.
 */
/** An error of the database, independent of the product. `text` is safe to log: it contains no SQL and no values. */
export interface Fault {
  readonly kind: 'unique' | 'reference' | 'busy' | 'full' | 'unavailable' | 'other';
  /** The table whose unique constraint was violated. */
  readonly table: string | null;
  readonly text: string;
}

/** The specifics of one database product. */
export interface Dialect {
  /** The name of knex's client. */
  readonly client: string;
  /** The pragmas run on each new connection. */
  readonly pragmas: readonly string[];
  /** The pragmas run before the others on a connection to an empty file: later they would have no effect. */
  readonly newFilePragmas: readonly string[];
  /** The first statement of a migration's transaction; it waits until no other process migrates. */
  readonly lockSql: string;
  /** The statement run before a migration, so that changing a parent table does not delete its children. */
  readonly beforeMigrationSql: string;
  readonly afterMigrationSql: string;
  /** Selects one row: the size of the file in bytes, the free bytes in it, and whether it can release them in parts. */
  readonly spaceSql: string;
  /** Releases some of the free bytes, in a time too short to be noticed. */
  readonly giveBackSql: string;
  /** Rebuilds the file without free bytes and enables incremental vacuum; blocks all writes meanwhile. */
  readonly rebuildSql: readonly string[];
  /** Converts an error of the driver; null for any other error. */
  faultOf(error: unknown): Fault | null;
}

/** How long SQLite waits for another process before it reports busy, in ms; write.ts then tries again. */
const busyMs = 250;

const logBytes = 4 * 1024 * 1024;

/** The number of pages released at once: 2 MiB of 4 KiB pages. */
const pagesAtOnce = 512;

/**
 * SQLite in WAL mode. `synchronous = FULL` syncs the log at every commit, so that an acknowledged write also survives a
 * power failure; NORMAL would be twice as fast but would only survive a killed process.
 */
export const sqlite: Dialect = {
  client: 'sqlite3',
  pragmas: [
    `PRAGMA busy_timeout = ${busyMs}`,
    'PRAGMA journal_mode = WAL',
    'PRAGMA synchronous = FULL',
    'PRAGMA foreign_keys = ON',
    // The log is truncated to this size after a large write.
    `PRAGMA journal_size_limit = ${logBytes}`,
  ],
  newFilePragmas: [`PRAGMA busy_timeout = ${busyMs}`, 'PRAGMA auto_vacuum = INCREMENTAL'],
  lockSql: 'PRAGMA user_version = 1',
  beforeMigrationSql: 'PRAGMA foreign_keys = OFF',
  afterMigrationSql: 'PRAGMA foreign_keys = ON',
  spaceSql: `select p.page_count * s.page_size as bytes, f.freelist_count * s.page_size as free,
    v.auto_vacuum = 2 as gives from pragma_page_count p, pragma_page_size s, pragma_freelist_count f, pragma_auto_vacuum v`,
  giveBackSql: `PRAGMA incremental_vacuum(${pagesAtOnce})`,
  rebuildSql: ['PRAGMA auto_vacuum = INCREMENTAL', 'VACUUM'],
  faultOf(error) {
    const code = codeOf(error);
    if (!(error instanceof Error) || code === null || !code.startsWith('SQLITE_')) return null;
    const text = driverText(error.message, code);
    const unique = /UNIQUE constraint failed: ([a-z_]+)\./.exec(text);
    if (unique) return { kind: 'unique', table: unique[1] ?? null, text };
    if (text.includes('FOREIGN KEY constraint failed')) return { kind: 'reference', table: null, text };
    return { kind: kinds[code] ?? 'other', table: null, text };
  },
};

const kinds: Readonly<Record<string, Fault['kind']>> = {
  SQLITE_BUSY: 'busy',
  SQLITE_LOCKED: 'busy',
  SQLITE_PROTOCOL: 'busy',
  SQLITE_FULL: 'full',
  SQLITE_IOERR: 'unavailable',
  SQLITE_CORRUPT: 'unavailable',
  SQLITE_NOTADB: 'unavailable',
  SQLITE_CANTOPEN: 'unavailable',
  SQLITE_READONLY: 'unavailable',
  SQLITE_PERM: 'unavailable',
  SQLITE_AUTH: 'unavailable',
  SQLITE_NOMEM: 'unavailable',
  SQLITE_INTERRUPT: 'unavailable',
};

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** Returns the driver's message: knex puts the SQL before it, and only the part after the SQL may be kept. */
function driverText(message: string, code: string): string {
  const start = message.lastIndexOf(`${code}: `);
  return start < 0 ? code : message.slice(start);
}

/** Runs pragmas on a raw connection of a driver. */
export async function prepareConnection(
  pragmas: readonly string[],
  connection: { exec(sql: string, done: (error: Error | null) => void): unknown },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.exec(pragmas.join(';'), (error) => (error ? reject(error) : resolve()));
  });
}
