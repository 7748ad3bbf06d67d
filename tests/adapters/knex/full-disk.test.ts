/** A disk without room under the database: said clearly, nothing half written, and over once there is room again. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openConnection } from '../../../adapters/knex/connection.ts';
import { migrate } from '../../../adapters/knex/migrate.ts';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import { makeStores } from '../../../adapters/knex/stores.ts';
import { makeWrite } from '../../../adapters/knex/write.ts';
import { aConfig } from '../../support/records.ts';

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-full-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const full = { code: 'DATABASE_UNAVAILABLE', retryAfterSeconds: 10 };
const big = 'x'.repeat(100_000);

/** Two rows in one write: a small one that would fit, a big one. */
const addTwo = ({ write }: Pick<Store, 'write'>, name: string, data = big) =>
  write(async ({ configs }) => {
    await configs.insert(aConfig({ name: `${name}-small` }));
    await configs.insert(aConfig({ name, data }));
  });

async function addUntilFull(
  store: Pick<Store, 'write'>,
  data = big,
): Promise<{ readonly added: number; readonly error: unknown }> {
  for (let added = 0; added < 1000; added += 1) {
    try {
      await addTwo(store, `config-${data.length}-${added}`, data);
    } catch (error) {
      return { added, error };
    }
  }
  throw new Error('It never became full');
}

test('a database that may not grow refuses a write as a whole and goes on working', async () => {
  const db = await openConnection(join(directory, 'ring.db'));
  await migrate(db);
  await db.raw('PRAGMA max_page_count = 100');
  const terms = { now: Date.now };
  const store = { write: makeWrite(db, terms), stores: makeStores({ db, change: null }, terms) };
  const { added, error } = await addUntilFull(store);
  expect(error).toMatchObject(full);
  expect(await store.stores.configs.list([])).toHaveLength(added * 2);
  await db.raw('PRAGMA max_page_count = 1000');
  await addTwo(store, 'after');
  expect(await store.stores.configs.list([])).toHaveLength(added * 2 + 2);
  await db.destroy();
});

/** Mounting needs root; elsewhere the test above has to do. */
describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('a disk that is full', () => {
  let store: Store;

  beforeEach(async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'ring-full', directory]);
    store = await openStore({ filename: join(directory, 'ring.db') });
  });
  afterEach(async () => {
    await store.close();
    execFileSync('umount', ['-l', directory]);
  });

  test('refuses writes, still answers reads, and forgets nothing that was acknowledged', async () => {
    const { added, error } = await addUntilFull(store);
    expect(error).toMatchObject(full);
    await expect(addTwo(store, 'again')).rejects.toMatchObject(full);
    expect(await store.stores.configs.list([])).toHaveLength(added * 2);
  });

  test('is noticed by a ping, and so is its end', async () => {
    const ballast = join(directory, 'ballast');
    await writeFile(ballast, Buffer.alloc(1_000_000));
    await addUntilFull(store);
    await writeFile(join(directory, 'rest'), Buffer.alloc(4_000_000)).catch(() => undefined);
    await addUntilFull(store, 'small');
    await expect(store.health.ping()).rejects.toMatchObject(full);
    await rm(ballast);
    await store.health.ping();
  });

  test('does not keep Ring from starting', async () => {
    const { added } = await addUntilFull(store);
    await store.close();
    await writeFile(join(directory, 'ballast'), Buffer.alloc(4_000_000)).catch(() => undefined);
    store = await openStore({ filename: join(directory, 'ring.db') });
    expect(await store.stores.configs.list([])).toHaveLength(added * 2);
    await expect(addTwo(store, 'again')).rejects.toMatchObject(full);
  });

  test('lets writes through again once there is room, also after a restart', async () => {
    const ballast = join(directory, 'ballast');
    await writeFile(ballast, 'x'.repeat(1_700_000));
    const { added } = await addUntilFull(store);
    await rm(ballast);
    await addTwo(store, 'after');
    await store.close();
    store = await openStore({ filename: join(directory, 'ring.db') });
    expect(await store.stores.configs.list([])).toHaveLength(added * 2 + 2);
  });

  test('says neither SQL nor values', async () => {
    const { error } = await addUntilFull(store);
    const said = error instanceof Error ? `${error.message} ${String(error.cause)}` : '';
    expect(said).toBe('The database has no room left to write Error: SQLITE_FULL: database or disk is full');
  });
});
