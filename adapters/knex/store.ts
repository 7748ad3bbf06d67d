/** The store as the rest of Ring sees it: everything behind core/ports.ts that a database keeps. */
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { RingError } from '../../core/errors.ts';
import type { Cache, DatabaseHealth, ReconcilerStore, Stores, Write } from '../../core/ports.ts';
import { makeCache } from './cache.ts';
import { openConnection } from './connection.ts';
import { toRingError } from './faults.ts';
import { isHolderDead, thisHolder } from './holder.ts';
import { migrate } from './migrate.ts';
import { makeReconcilerStore } from './reconciler.ts';
import { makeStores } from './stores.ts';
import { transact, whileBusy } from './transaction.ts';
import { makeWrite, readCounts } from './write.ts';

/** One open database. */
export interface Store {
  /** For reading; what changes anything goes through `write` and is refused here. */
  readonly stores: Stores;
  readonly write: Write;
  readonly reconciler: ReconcilerStore;
  readonly cache: Cache;
  readonly health: DatabaseHealth;
  /** Names this installation for ever: it is made with the database. */
  readonly installationId: string;
  /** Ends after what is under way. A lease that is still held runs out by itself. */
  close(): Promise<void>;
}

/** Which database, and what tests put in the place of the world. */
export interface StoreOptions {
  /** Path of the file, or `:memory:`. */
  readonly filename: string;
  /** ms since 1970. */
  readonly now?: () => number;
  /** Names this process as a holder of the lease. */
  readonly holder?: string;
  readonly isHolderDead?: (holder: string) => boolean;
}

/** How long the database may take to say that it is there. */
const pingMs = 3000;

/**
 * Opens the database, made and brought up to date where needed. DATABASE_UNAVAILABLE when it cannot be opened, or when
 * a newer Ring made it.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const now = options.now ?? Date.now;
  let db: Knex | null = null;
  try {
    db = await openConnection(options.filename);
    await migrate(db);
    return await makeStore(db, now, options);
  } catch (error) {
    await db?.destroy();
    throw openError(error);
  }
}

async function makeStore(db: Knex, now: () => number, options: StoreOptions): Promise<Store> {
  const counts = () => readCounts(db);
  const version = async () => {
    const { written, seen } = await whileBusy(counts);
    return `${written}/${seen}`;
  };
  return {
    stores: makeStores({ db, writable: false }, now),
    write: makeWrite(db, now),
    reconciler: makeReconcilerStore(
      { db, now, holder: options.holder ?? thisHolder(), isHolderDead: options.isHolderDead ?? isHolderDead },
      counts,
    ),
    cache: makeCache({ readVersion: version }),
    health: { ping: () => ping(db) },
    installationId: await readInstallationId(db),
    close: () => db.destroy(),
  };
}

const readInstallationId = (db: Knex): Promise<string> =>
  transact(db, async (trx) => {
    const name = 'installation_id';
    await trx('settings').insert({ name, value: randomUUID() }).onConflict('name').ignore();
    const row: { readonly value: string } = await trx('settings').where({ name }).first('value');
    return row.value;
  });

async function ping(db: Knex): Promise<void> {
  const late = new RingError('DATABASE_UNAVAILABLE', 'The database did not answer in time', {
    retryAfterSeconds: 1,
  });
  try {
    await db('changes').where('id', 1).first('id').timeout(pingMs);
  } catch (error) {
    throw error instanceof Error && error.name === 'KnexTimeoutError' ? late : toRingError(error);
  }
}

/** What the file system says of a directory or file that cannot be made is the operator's to read. */
function openError(error: unknown): unknown {
  const known = toRingError(error);
  if (known instanceof RingError || !(known instanceof Error) || !('code' in known)) return known;
  return new RingError('DATABASE_UNAVAILABLE', `The database cannot be opened: ${known.message}`, {
    cause: known,
  });
}
