/** What is read again after a write, and what is not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConnection } from '../../../adapters/knex/connection.ts';
import { openStore, type Store } from '../../../adapters/knex/store.ts';
import type { Lease } from '../../../core/ports.ts';
import { holdLease, insertAll } from '../../contracts/store-harness.ts';
import { aDeployment, aRecording } from '../../support/records.ts';

let directory = '';
let store: Store;
let beside: Knex;
let lease: Lease;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-desired-'));
  const filename = join(directory, 'ring.db');
  store = await openStore({ filename });
  beside = await openConnection(filename);
  await insertAll(store, aDeployment({ name: 'api' }), aDeployment());
  lease = await holdLease(store);
});
afterEach(async () => {
  await store.close();
  await beside.destroy();
  await rm(directory, { recursive: true });
});

test('a deployment that was not written stays the same object, and a spec is parsed once', async () => {
  const [api, web] = await store.reconciler.desired();
  await store.reconciler.record(lease, [aRecording()]);
  const [sameApi, newerWeb] = await store.reconciler.desired();
  expect(sameApi).toBe(api);
  expect(newerWeb).not.toBe(web);
  expect(newerWeb?.revision.spec).toBe(web?.revision.spec);
});

test('a deployment whose tombstone is forgotten by now is gone all the same', async () => {
  await store.reconciler.desired();
  await beside('deployments').where({ uid: 'uid-api' }).del();
  await beside('changes').increment('written', 1);
  expect((await store.reconciler.desired()).map(({ record }) => record.id)).toEqual(['web']);
});

test('a database put in the place of another is read anew', async () => {
  await store.reconciler.desired();
  await beside('deployments').where({ uid: 'uid-api' }).del();
  await beside('changes').update({ written: 0 });
  expect((await store.reconciler.desired()).map(({ record }) => record.id)).toEqual(['web']);
});
