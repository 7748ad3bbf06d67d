/** Opens the database and provides its implementation of every port in core/ports.ts that stores data. */
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { RingError } from '../../core/errors.ts';
import type { Changes } from '../../core/event/changes.ts';
import type { EventFeed } from '../../core/event/feed.ts';
import type { GcStore } from '../../core/gc/store.ts';
import type { HealthRecords } from '../../core/health/record.ts';
import type { RequestKeys } from '../../core/idempotency/key.ts';
import type { Cache, DatabaseHealth, ReconcilerStore, Stores, Write } from '../../core/ports.ts';
import { makeCache } from './cache.ts';
import { makeChanges } from './changes.ts';
import { type CommitMark, openCommitMark } from './commit-mark.ts';
import { openConnection } from './connection.ts';
import { makeEventFeed } from './event-feed.ts';
import { toRingError } from './faults.ts';
import { makeGcStore } from './gc.ts';
import { makeHealth } from './health.ts';
import { makeHealthRecords } from './health-records.ts';
import { isHolderDead, thisHolder } from './holder.ts';
import { migrate } from './migrate.ts';
import { makeReconcilerStore } from './reconciler.ts';
import { makeRequestKeys } from './request-keys.ts';
import { makeStores } from './stores.ts';
import { transact, whileBusy } from './transaction.ts';
import { type Counts, countedEvent, makeWrite, readCounts } from './write.ts';

/** One open database. */
export interface Store {
  /** The stores for reading; a change outside of `write` is refused. */
  readonly stores: Stores;
  readonly write: Write;
  readonly reconciler: ReconcilerStore;
  /** The records of instances' health checks. */
  readonly healthRecords: HealthRecords;
  /** The database part of garbage collection. */
  readonly gc: GcStore;
  readonly cache: Cache;
  /** The idempotency keys of requests. */
  readonly requestKeys: RequestKeys;
  /** Notifies callers that wait for a write. */
  readonly changes: Changes;
  /** The events in the order in which they were recorded. */
  readonly feed: EventFeed;
  readonly health: DatabaseHealth;
  /** The permanent id of this installation, created with the database. */
  readonly installationId: string;
  /** Closes the database after the work in progress. A lease still held expires by itself. */
  close(): Promise<void>;
}

/** The database, and replacements for the environment in tests. */
export interface StoreOptions {
  /** The path of the file, or `:memory:`. */
  readonly filename: string;
  /** The number of revisions kept of each deployment; 10 by default. */
  readonly revisionsKept?: number;
  /** Returns the time in ms since 1970. */
  readonly now?: () => number;
  /** How long `health.ping` waits for an answer, in ms; 3 s by default. */
  readonly pingMs?: number;
  /** The identity of this process as a holder of the lease. */
  readonly holder?: string;
  readonly isHolderDead?: (holder: string) => boolean;
}

/**
 * Opens the database; creates and migrates it when necessary. DATABASE_UNAVAILABLE when it cannot be opened or was made
 * by a newer version.
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
    throw openError(error, options.filename);
  }
}

async function makeStore(db: Knex, now: () => number, options: StoreOptions): Promise<Store> {
  const counts = () => readCounts(db);
  const mark = openCommitMark(options.filename);
  const readNow = makeReadNow(mark, () => whileBusy(counts));
  const changes = makeChanges(async () => String((await readNow()).written));
  db.on(countedEvent, mark.forget).on(countedEvent, changes.tell);
  const health = makeHealth(db, options.pingMs);
  const terms = { now, revisionsKept: options.revisionsKept };
  const write = makeWrite(db, terms);
  const holder = options.holder ?? thisHolder();
  const isDead = options.isHolderDead ?? isHolderDead;
  return {
    stores: makeStores({ db, change: null }, terms),
    write: (work) => health.watched(() => write(work)),
    reconciler: makeReconcilerStore({ db, now, holder, isHolderDead: isDead }, counts),
    requestKeys: makeRequestKeys({ db, now, holder, isHolderDead: isDead }),
    healthRecords: makeHealthRecords(db, now),
    gc: makeGcStore({ db, holder, now }),
    cache: makeCache({ readVersion: async () => versionOf(await readNow()) }),
    changes,
    feed: makeEventFeed(db),
    health,
    installationId: await readInstallationId(db),
    async close() {
      await db.destroy();
      mark.close();
    },
  };
}

/** Makes a reader of both counters, which queries the database only after a commit since the last call. */
function makeReadNow(mark: CommitMark, counts: () => Promise<Counts>): () => Promise<Counts> {
  let known: { readonly mark: string; readonly counts: Counts } | null = null;
  return async () => {
    // The mark is read before the database: a commit in between leads to another query and is never missed.
    const now = mark.read();
    if (now !== null && now === known?.mark) return known.counts;
    const found = await counts();
    known = now === null ? null : { mark: now, counts: found };
    return found;
  };
}

/** Returns a version that changes with every write. */
const versionOf = ({ written, seen }: Counts): string => `${written}/${seen}`;

const installation = { name: 'installation_id' };

async function readInstallationId(db: Knex): Promise<string> {
  const known: { readonly value: string } | undefined = await whileBusy(() =>
    db('settings').where(installation).first('value'),
  );
  return known ? known.value : makeInstallationId(db);
}

/** Returns the installation's id. When two processes open a new database at once, one of them creates it. */
const makeInstallationId = (db: Knex): Promise<string> =>
  transact(db, async (trx) => {
    await trx('settings')
      .insert({ ...installation, value: randomUUID() })
      .onConflict('name')
      .ignore();
    const row: { readonly value: string } = await trx('settings').where(installation).first('value');
    return row.value;
  });

/** Converts the error of opening a database for the operator: it names the file and the reason. */
function openError(error: unknown, filename: string): unknown {
  const known = toRingError(error);
  if (!(known instanceof Error)) return known;
  const reason = known instanceof RingError ? known.cause : 'code' in known ? known : null;
  if (!(reason instanceof Error) || (known instanceof RingError && known.code !== 'DATABASE_UNAVAILABLE'))
    return known;
  return new RingError(
    'DATABASE_UNAVAILABLE',
    `The database ${filename} cannot be opened: ${reason.message}`,
    {
      cause: known,
    },
  );
}
