/**
 * Releases unused disk space of the database: decides how much is worth releasing and does so in small steps, so that
 * no write waits long.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { sqlite } from './dialect.ts';
import { whileBusy } from './transaction.ts';

/** The smallest amount worth releasing, in bytes; less is soon used again. */
const leastBytes = 8 * 1024 * 1024;

/** The pause after each step, in ms, for writes of others: without it, two processes in turn could block a third. */
const pauseMs = 10;

/** The largest amount, in bytes, that is copied to rebuild a file without incremental vacuum. */
const mostCopiedBytes = 32 * 1024 * 1024;

interface Space {
  readonly bytes: number;
  readonly free: number;
  /** Whether free bytes can be released in parts. */
  readonly gives: boolean;
}

/** Makes the functions that measure and release the unused space of one database. */
export const makeSpace = (db: Knex) => {
  const read = async (): Promise<Space> => {
    const [row]: { readonly bytes: unknown; readonly free: unknown; readonly gives: unknown }[] =
      await whileBusy(() => db.raw(sqlite.spaceSql));
    return { bytes: Number(row?.bytes), free: Number(row?.free), gives: Number(row?.gives) === 1 };
  };

  const spare = ({ bytes, free, gives }: Space): number => {
    const isMuch = free >= leastBytes && free >= bytes / 4;
    return isMuch && (gives || bytes - free <= mostCopiedBytes) ? free : 0;
  };

  /** Rebuilds the file. Not within a transaction, where SQLite refuses it. */
  const rebuild = async (): Promise<void> => {
    for (const sql of sqlite.rebuildSql) await whileBusy(() => db.raw(sql));
  };

  return {
    async sizeBytes(): Promise<number> {
      return (await read()).bytes;
    },
    async spareBytes(): Promise<number> {
      return spare(await read());
    },
    async giveBack(): Promise<number> {
      const before = await read();
      if (!before.gives && spare(before) === 0) return 0;
      if (before.gives) await whileBusy(() => db.raw(sqlite.giveBackSql));
      else await rebuild();
      await sleep(pauseMs);
      return Math.max(0, before.bytes - (await read()).bytes);
    },
  };
};
