/**
 * Detects commits by this process or others without a query: the header of SQLite's WAL index (the `-shm` file,
 * https://sqlite.org/walformat.html#the_wal_index_header) changes with every commit, before the commit is acknowledged.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The 48 bytes of the header: a counter of transactions, the last frame, salts and checksums. */
const headerBytes = 48;

/** A mark that differs after every commit. */
export interface CommitMark {
  /**
   * null where there is none to be read: then only the database can tell. Read once a turn of the event loop: whoever
   * asks within it had asked before the turn began.
   */
  read(): string | null;
  /** This process has committed something: whoever asks from now on must see it, also within this turn. */
  forget(): void;
  /** Only after the last connection to the database is closed: closing the file ends SQLite's own locks on it. */
  close(): void;
}

/**
 * The mark of an open database, read where the platform lets it be read. SQLite deletes the file with the last
 * connection and makes another one for the next: a deleted file is left for its successor.
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
    // Two files may begin with the same header and stand for different states of the database.
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

/** A database in memory has no such file; some platforms do not share it. */
function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}
