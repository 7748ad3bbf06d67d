/**
 * The store in memory, for tests that need no file: plain Maps behind the same ports, with transactions that roll back.
 * Passes the contract tests of the real one; fake-reconciler-store.ts contains the reconciler's part.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Store } from '../../adapters/knex/store.ts';
import { RingError } from '../../core/errors.ts';
import { Json } from '../../core/json.ts';
import type { Stores } from '../../core/ports.ts';
import { makeFakeChanges } from './fake-changes.ts';
import { type FakeData, makeFakeData, type Transact } from './fake-data.ts';
import { makeFakeEventFeed } from './fake-events.ts';
import { makeFakeGcStore } from './fake-gc-store.ts';
import { makeFakeHealthRecords } from './fake-health-records.ts';
import { holdsLease, makeFakeReconcilerStore } from './fake-reconciler-store.ts';
import { makeFakeRequestKeys } from './fake-request-keys.ts';
import { makeFakeStores } from './fake-stores.ts';

/** When a store can be interrupted: `committed` is after the write stands but before the caller knows. */
export type Moment = 'read' | 'begin' | 'commit' | 'committed';

/** How a fake store behaves. */
export interface FakeStoreOptions {
  /** ms since 1970; stands still at 2024-01-15 without one. */
  readonly now?: () => number;
  /** Who asks for the lease. */
  readonly holder?: string;
  readonly isHolderDead?: (holder: string) => boolean;
  /** Called at each moment; what it throws is the failure, what it awaits is the delay. */
  readonly interrupt?: (moment: Moment) => void | Promise<void>;
}

/** A fake store, and a way to open a second one on the same data, as another process would. */
export interface FakeStore extends Store {
  beside(options?: FakeStoreOptions): FakeStore;
}

/** One database in memory. */
export interface FakeDatabase {
  data: FakeData;
  /** The write under way: the next one waits for it. */
  turn: Promise<unknown>;
  /** Those who wait for a write. */
  readonly waiting: Set<() => void>;
}

/** A fresh, empty store in memory. */
export const makeFakeStore = (options: FakeStoreOptions = {}): FakeStore =>
  connect({ data: makeFakeData(), turn: Promise.resolve(), waiting: new Set() }, options);

function connect(database: FakeDatabase, options: FakeStoreOptions): FakeStore {
  const now = options.now ?? (() => Date.parse('2024-01-15T10:30:00.000Z'));
  const holder = options.holder ?? 'fake';
  const interrupt = async (moment: Moment) => options.interrupt?.(moment);
  // Off between writes: each one that is on slows down every promise of the process, and tests make many stores.
  const inside = new AsyncLocalStorage<boolean>();
  let closed = false;

  const assertOpen = () => {
    if (closed)
      throw new RingError('DATABASE_UNAVAILABLE', 'The database is closed', { retryAfterSeconds: 1 });
    if (inside.getStore())
      throw new Error('Inside a write use the stores it hands in: the real store would hang.');
  };

  const read = async (): Promise<FakeData> => {
    assertOpen();
    await interrupt('read');
    return database.data;
  };

  const transact: Transact = async (work, { silent } = { silent: false }) => {
    assertOpen();
    const before = database.turn;
    const mine = (async () => {
      await before;
      await interrupt('begin');
      const draft = copy(database.data);
      const result = await inside.run(true, () => work(draft)).finally(() => inside.disable());
      await interrupt('commit');
      database.data = { ...draft, changes: draft.changes + (silent ? 0 : 1) };
      if (!silent) for (const tell of [...database.waiting]) tell();
      await interrupt('committed');
      return result;
    })();
    database.turn = mine.catch(() => undefined);
    return mine;
  };

  return {
    stores: makeFakeStores({ read, now, writable: false }),
    write: (work) => transact((draft) => lend(draft, now, work)),
    reconciler: makeFakeReconcilerStore({
      read,
      transact,
      now,
      holder,
      isHolderDead: options.isHolderDead ?? (() => false),
    }),
    healthRecords: makeFakeHealthRecords({ read, transact, now }),
    requestKeys: makeFakeRequestKeys({
      transact,
      now,
      holder,
      isHolderDead: options.isHolderDead ?? (() => false),
    }),
    gc: makeFakeGcStore({ read, transact, now, holds: holdsLease(holder) }),
    cache: {
      async json<T>(_key: string, make: () => Promise<T | Json<T>>) {
        await read();
        const made = await make();
        return made instanceof Json ? made : new Json<T>(JSON.stringify(made));
      },
      async value(_key, make) {
        await read();
        return make();
      },
    },
    changes: makeFakeChanges(database, read),
    feed: makeFakeEventFeed(read),
    health: {
      async ping() {
        await read();
      },
    },
    installationId: database.data.installationId,
    async close() {
      await database.turn;
      closed = true;
    },
    beside: (others = {}) => connect(database, others),
  };
}

/** Hands stores on the draft to the work, and takes them back at its end. */
async function lend<T>(draft: FakeData, now: () => number, work: (stores: Stores) => Promise<T>): Promise<T> {
  let over = false;
  const read = async () => {
    if (over) throw new RingError('INTERNAL', 'The transaction is over');
    return draft;
  };
  try {
    return await work(makeFakeStores({ read, now, writable: true }));
  } finally {
    over = true;
  }
}

const copy = (data: FakeData): FakeData => ({
  ...data,
  deployments: new Map(data.deployments),
  revisions: new Map(data.revisions),
  observations: new Map(data.observations),
  events: new Map(data.events),
  sequences: new Map(data.sequences),
  droppedOf: new Map(data.droppedOf),
  users: new Map(data.users),
  revocations: new Map(data.revocations),
  configs: new Map(data.configs),
  secrets: new Map(data.secrets),
  namespaces: new Map(data.namespaces),
  runs: new Map(data.runs),
  healthRecords: new Map(data.healthRecords),
  tombstones: new Map(data.tombstones),
  requestKeys: new Map(data.requestKeys),
  images: new Map(data.images),
});
