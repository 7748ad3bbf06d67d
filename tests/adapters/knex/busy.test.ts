/** Another process that holds the database: waited for within a bound, then said clearly; reading goes on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConnection } from '../../../adapters/knex/connection.ts';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import { aConfig } from '../../support/records.ts';

let directory = '';
let store: Store;
let other: Knex;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-busy-'));
  const filename = join(directory, 'ring.db');
  store = await openStore({ filename });
  other = await openConnection(filename);
  await other.raw('BEGIN IMMEDIATE');
});
afterEach(async () => {
  await store.close();
  await other.destroy();
  await rm(directory, { recursive: true });
});

const insert = () => store.write(({ configs }) => configs.insert(aConfig()));

test('a write waits for the other to end', async () => {
  const writing = insert();
  expect(await store.stores.configs.list([])).toEqual([]);
  await other.raw('COMMIT');
  await writing;
  expect(await store.stores.configs.list([])).toEqual([aConfig()]);
});

test('a write gives up when the other never ends, having written nothing', async () => {
  const busy = {
    code: 'DATABASE_UNAVAILABLE',
    retryAfterSeconds: 1,
    message: 'The database is busy: try again in a moment',
  };
  await expect(insert()).rejects.toMatchObject(busy);
  await other.raw('ROLLBACK');
  expect(await store.stores.configs.list([])).toEqual([]);
  await insert();
});

test('the lease is not given, nor lost, while the database is busy', async () => {
  await expect(store.reconciler.acquireLease(1000)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  await other.raw('ROLLBACK');
  expect(await store.reconciler.acquireLease(1000)).toEqual({ fencing: 1 });
});
