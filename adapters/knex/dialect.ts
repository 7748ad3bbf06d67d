/**
 * All that is particular to one database product: its pragmas, its lock, its error codes. A second product is a
 * second constant here; no other file of this folder names one.
 */
/** What went wrong in the database, in words that hold for any product. `text` is safe for a log: no SQL, no values. */
export interface Fault {
  readonly kind: 'unique' | 'reference' | 'busy' | 'full' | 'unavailable' | 'other';
  /** The table whose unique constraint was violated. */
  readonly table: string | null;
  readonly text: string;
}

/** How one database product is spoken to. */
export interface Dialect {
  /** knex's name of it. */
  readonly client: string;
  /** Run once on each new connection. */
  readonly pragmas: readonly string[];
  /** The same on one to a file in which nothing stands yet, before the others: later they would be too late. */
  readonly newFilePragmas: readonly string[];
  /** The first statement of a migration's transaction: waits until no other process migrates. */
  readonly lockSql: string;
  /** Around a migration: a changed parent table must not take its children along. */
  readonly beforeMigrationSql: string;
  readonly afterMigrationSql: string;
  /** One row: how many bytes the file has, how many of them are free, and whether it gives them back in parts. */
  readonly spaceSql: string;
  /** Gives some of the free bytes back, in less time than anyone would notice. */
  readonly giveBackSql: string;
  /** Rebuilds the file without free bytes, and enables incremental vacuum from then on; nobody writes meanwhile. */
  readonly rebuildSql: readonly string[];
  /** Reads an error of the driver; null for anything else. */
  faultOf(error: unknown): Fault | null;
}

/** How long SQLite itself waits for another process before it says busy; write.ts tries again after that. */
const busyMs = 250;

const logBytes = 4 * 1024 * 1024;

/** 2 MiB of 4 KiB pages. */
const pagesAtOnce = 512;

/**
 * SQLite in WAL mode. `synchronous = FULL` syncs the log at every commit, so that an acknowledged write also
 * survives the loss of power; NORMAL would be twice as fast and would survive a killed process only.
 */
export const sqlite: Dialect = {
  client: 'sqlite3',
  pragmas: [
    `PRAGMA busy_timeout = ${busyMs}`,
    'PRAGMA journal_mode = WAL',
    'PRAGMA synchronous = FULL',
    'PRAGMA foreign_keys = ON',
    // The log shrinks to this again after a large write.
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

/** knex puts the SQL before the driver's words: only what follows it may be kept. */
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
