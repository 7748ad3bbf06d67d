/** The store as the rest of Ring sees it: everything behind core/ports.ts that a database keeps. */
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
  /** For reading; what changes anything goes through `write` and is refused here. */
  readonly stores: Stores;
  readonly write: Write;
  readonly reconciler: ReconcilerStore;
  /** Of the health checks of instances. */
  readonly healthRecords: HealthRecords;
  /** Of garbage collection. */
  readonly gc: GcStore;
  readonly cache: Cache;
  /** Of requests that are done once. */
  readonly requestKeys: RequestKeys;
  /** For those who wait for something to be written. */
  readonly changes: Changes;
  /** Events in the order in which they were recorded. */
  readonly feed: EventFeed;
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
  /** How many revisions of each deployment are kept; 10 by default. */
  readonly revisionsKept?: number;
  /** ms since 1970. */
  readonly now?: () => number;
  /** How long `health.ping` waits for an answer; 3 s by default. */
  readonly pingMs?: number;
  /** Names this process as a holder of the lease. */
  readonly holder?: string;
  readonly isHolderDead?: (holder: string) => boolean;
}

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

/** Both counters: asked of the database only where something was committed since they were last asked for. */
function makeReadNow(mark: CommitMark, counts: () => Promise<Counts>): () => Promise<Counts> {
  let known: { readonly mark: string; readonly counts: Counts } | null = null;
  return async () => {
    // Read before the database is asked: what is committed in between makes for another question, and is never missed.
    const now = mark.read();
    if (now !== null && now === known?.mark) return known.counts;
    const found = await counts();
    known = now === null ? null : { mark: now, counts: found };
    return found;
  };
}

/** What changes with every write. */
const versionOf = ({ written, seen }: Counts): string => `${written}/${seen}`;

const installation = { name: 'installation_id' };

async function readInstallationId(db: Knex): Promise<string> {
  const known: { readonly value: string } | undefined = await whileBusy(() =>
    db('settings').where(installation).first('value'),
  );
  return known ? known.value : makeInstallationId(db);
}

/** Of two processes that open a new database at once, one gives the id. */
const makeInstallationId = (db: Knex): Promise<string> =>
  transact(db, async (trx) => {
    await trx('settings')
      .insert({ ...installation, value: randomUUID() })
      .onConflict('name')
      .ignore();
    const row: { readonly value: string } = await trx('settings').where(installation).first('value');
    return row.value;
  });

/** Why a database cannot be opened is the operator's to read: which file, and what it or the file system says. */
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
