/**
 * The `ring` command in a process to which odd things happen as its environment says: it dies right after a write of
 * the database stands, or its clock jumps. Ring itself is the very same.
 */
import { readFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import sqlite3 from 'sqlite3';

/** Says after which write the process kills itself: a number from 1. A transaction is one write. */
export const dieAfterWrite = 'DIE_AFTER_WRITE';

/** Names a file that holds by how many ms the clock is wrong; it is read at start and at each SIGUSR2. */
export const clockOffsetFile = 'CLOCK_OFFSET_FILE';

/** Wraps the database's driver: `written` is called when a write stands, before Ring hears of it. */
const watchWrites = (written: (sql: string) => void): void => {
  const inTransaction = new WeakSet<object>();
  for (const method of ['run', 'all'] as const) {
    const original: unknown = Reflect.get(sqlite3.Database.prototype, method);
    if (typeof original !== 'function') throw new Error(`The driver has no ${method}`);
    Reflect.set(sqlite3.Database.prototype, method, function (this: object, sql: string, ...rest: unknown[]) {
      const callback = rest.pop();
      const answered = function (this: unknown, error: unknown, ...found: unknown[]) {
        const isEnd = /^\s*(commit|rollback)/i.test(sql);
        const isAlone = /^\s*(insert|update|delete|replace)/i.test(sql) && !inTransaction.has(connection);
        if (!error && (/^\s*commit/i.test(sql) || isAlone)) written(sql);
        if (/^\s*begin/i.test(sql)) inTransaction.add(connection);
        if (isEnd) inTransaction.delete(connection);
        if (typeof callback === 'function') Reflect.apply(callback, this, [error, ...found]);
      };
      const connection = this;
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
  if (last !== undefined) dieAfter(Number(last));
  if (offset !== undefined) bendClock(offset);
  await import('../../adapters/cli/main.ts');
}
