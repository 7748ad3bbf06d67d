/**
 * What the database holds of the disk and does not use: how much of it is worth giving back, and giving it back a
 * little at a time, so that no write waits for long.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { sqlite } from './dialect.ts';
import { whileBusy } from './transaction.ts';

/** Less than this is soon used again. */
const leastBytes = 8 * 1024 * 1024;

/** After each part, in which others come to write: one process after the other would keep a third one out. */
const pauseMs = 10;

/** A file without incremental vacuum is rebuilt only when little has to be copied. */
const mostCopiedBytes = 32 * 1024 * 1024;

interface Space {
  readonly bytes: number;
  readonly free: number;
  /** Whether free bytes can be given back in parts. */
  readonly gives: boolean;
}

/** Reads and frees the space of one database. */
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

  /** Outside of a transaction, in which the file cannot be rebuilt. */
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
