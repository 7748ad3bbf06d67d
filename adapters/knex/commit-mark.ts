/**
 * Detects commits by this process or others without a query: the header of SQLite's WAL index (the `-shm` file,
 * https://sqlite.org/walformat.html#the_wal_index_header) changes with every commit, before the commit is acknowledged.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The 48 bytes of the header: a counter of transactions, the last frame, salts and checksums. */
const headerBytes = 48;

/** A mark that changes with every commit. */
export interface CommitMark {
  /**
   * Returns the mark; null when it cannot be read, so that only the database can tell. It is read at most once per turn
   * of the event loop, because every caller within a turn arrived before the turn began.
   */
  read(): string | null;
  /**
   * Makes the next read return a fresh mark: this process has committed, and later callers must see it within the same
   * turn.
   */
  forget(): void;
  /**
   * Closes the file. To be called only after the last connection to the database is closed: closing the file releases
   * SQLite's own locks on it.
   */
  close(): void;
}

/**
 * Opens the mark of a database where the platform allows reading it. SQLite deletes the file with the last connection
 * and creates another one for the next, so a deleted file is replaced by its successor.
 */
export function openCommitMark(filename: string): CommitMark {
  const header = Buffer.alloc(headerBytes);
  let file: number | null = null;
  let opened = 0;
  let isClosed = false;
  let ofThisTurn: string | null = null;
  const forget = () => {
    ofThisTurn = null;
  };
  const closeFile = () => {
    if (file !== null) closeSync(file);
    file = null;
  };
  const openFile = () => {
    file = openOrNull(`${filename}-shm`);
    // Two files may begin with the same header and still belong to different states of the database.
    if (file !== null) opened += 1;
    return file;
  };
  const readNow = (): string | null => {
    const from = file ?? openFile();
    if (from === null) return null;
    try {
      if (fstatSync(from).nlink === 0) {
        closeFile();
        return null;
      }
      const isWhole = readSync(from, header, 0, headerBytes, 0) === headerBytes;
      return isWhole ? `${opened} ${header.toString('latin1')}` : null;
    } catch {
      return null;
    }
  };
  return {
    read() {
      if (isClosed || ofThisTurn !== null) return ofThisTurn;
      ofThisTurn = readNow();
      if (ofThisTurn !== null) setImmediate(forget);
      return ofThisTurn;
    },
    forget,
    close() {
      isClosed = true;
      closeFile();
      forget();
    },
  };
}

/**
 * Returns the opened file; null when there is none, as for a database in memory or on platforms that do not share it.
 */
function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}
