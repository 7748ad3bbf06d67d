/**
 * Tells without a query whether anything was committed, by this process or another: the header of SQLite's WAL index
 * (the `-shm` file, https://sqlite.org/walformat.html#the_wal_index_header) changes with every commit, before the
 * commit is acknowledged. What changed is asked of the database.
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** The 48 bytes of the header: a counter of transactions, the last frame, salts and checksums. */
const headerBytes = 48;

/** A mark that differs after every commit. */
export interface CommitMark {
  /** null where there is none to be read: then only the database can tell. */
  read(): string | null;
  /** Only after the last connection to the database is closed: closing the file ends SQLite's own locks on it. */
  close(): void;
}

/** The mark of an open database, read where the platform lets it be read. */
export function openCommitMark(filename: string): CommitMark {
  const header = Buffer.alloc(headerBytes);
  let file = openOrNull(`${filename}-shm`);
  return {
    read() {
      if (file === null) return null;
      try {
        return readSync(file, header, 0, headerBytes, 0) === headerBytes ? header.toString('latin1') : null;
      } catch {
        return null;
      }
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

/** A database in memory has no such file; some platforms do not share it. */
function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}
