/**
 * Runs the unmodified `ring` command in a process with faults selected by its environment: it dies right after a write
 * of the database is committed, or its clock jumps.
 */
import { readFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import sqlite3 from 'sqlite3';

/** Says after which write the process kills itself: a number from 1, or nothing. A transaction is one write. */
export const dieAfterWrite = 'DIE_AFTER_WRITE';

/** Names a file that holds by how many ms the clock is wrong; it is read at start and at each SIGUSR2. */
export const clockOffsetFile = 'CLOCK_OFFSET_FILE';

/** Tells writes that stand by what was said to each connection: a commit, or a change outside a transaction. */
const makeLedger = () => {
  const inTransaction = new WeakSet<object>();
  return (connection: object, sql: string): boolean => {
    if (/^\s*begin/i.test(sql)) inTransaction.add(connection);
    if (/^\s*(commit|rollback)/i.test(sql)) inTransaction.delete(connection);
    if (/^\s*commit/i.test(sql)) return true;
    return /^\s*(insert|update|delete|replace)/i.test(sql) && !inTransaction.has(connection);
  };
};

/** Wraps the database's driver: `written` is called when a write stands, before Ring hears of it. */
const watchWrites = (written: (sql: string) => void): void => {
  const isWrite = makeLedger();
  for (const method of ['run', 'all'] as const) {
    const original: unknown = Reflect.get(sqlite3.Database.prototype, method);
    if (typeof original !== 'function') throw new Error(`The driver has no ${method}`);
    Reflect.set(sqlite3.Database.prototype, method, function (this: object, sql: string, ...rest: unknown[]) {
      const callback = rest.pop();
      if (typeof callback !== 'function') throw new Error(`${method} is called without a callback`);
      const note = () => isWrite(this, sql) && written(sql);
      const answered = function (this: unknown, ...answer: unknown[]) {
        if (!answer[0]) note();
        Reflect.apply(callback, this, answer);
      };
      return Reflect.apply(original, this, [sql, ...rest, answered]);
    });
  }
};

const dieAfter = (last: number): void => {
  let writes = 0;
  watchWrites((sql) => {
    writes += 1;
    if (writes < last) return;
    writeSync(process.stderr.fd, `dies after write ${writes}: ${sql.slice(0, 200)}\n`);
    process.kill(process.pid, 'SIGKILL');
  });
};

const bendClock = (file: string): void => {
  const real = Date.now;
  let offset = 0;
  const read = () => {
    offset = Number(readFileSync(file, 'utf8'));
  };
  read();
  process.on('SIGUSR2', read);
  Date.now = () => real() + offset;
};

const isCommand = ['serve', 'reconcile'].includes(process.argv[2] ?? '');
if (isCommand) {
  const { [dieAfterWrite]: last, [clockOffsetFile]: offset } = process.env;
  if (last) dieAfter(Number(last));
  if (offset) bendClock(offset);
  await import('../../adapters/cli/main.ts');
}
