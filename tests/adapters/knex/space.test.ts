/** What a database that has shrunk gives back of the disk. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openConnection } from '../../../adapters/knex/connection.ts';
import { openStore } from '../../../adapters/knex/store.ts';
import { aDeployment, anEvent, aRevision } from '../../support/records.ts';

const megabyte = 1024 * 1024;
let folder: string;
let filename: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ring-space-'));
  filename = join(folder, 'ring.db');
});
afterEach(() => rm(folder, { recursive: true }));

/** A database that held so many megabytes, and of these still holds some. */
async function shrink(
  held: number,
  left: number,
  prepare: (db: Knex) => Promise<unknown> = async () => null,
): Promise<void> {
  const store = await openStore({ filename });
  await store.write(async ({ deployments, events }) => {
    await deployments.insert(aDeployment(), aRevision());
    await events.add([anEvent()]);
  });
  await store.close();
  const db = await openConnection(filename);
  await prepare(db);
  const row = { namespace: 'n', data: 'x'.repeat(megabyte / 2), created_at: '', updated_at: '' };
  for (let number = 0; number < held * 2; number += 1) {
    await db('configs').insert({ ...row, id: `${number}`, name: `${number}` });
  }
  await db('configs')
    .where('rowid', '>', left * 2)
    .del();
  await db.destroy();
}

/** Gives back all there is; how many times, and what the file has in megabytes before and after. */
async function giveBackAll() {
  const store = await openStore({ filename });
  const spare = await store.gc.spareBytes();
  let parts = 0;
  if (spare > 0) while ((await store.gc.giveBack()) > 0) parts += 1;
  const left = await store.gc.spareBytes();
  const events = await store.stores.events.list('uid-web', { limit: 10 });
  await store.close();
  const size = (await stat(filename)).size;
  return {
    spare: Math.round(spare / megabyte),
    parts,
    left,
    size: Math.round(size / megabyte),
    events: events.length,
  };
}

it('is given back a little at a time, and nothing is lost', async () => {
  await shrink(24, 2);
  expect(await giveBackAll()).toEqual({ spare: 22, parts: 12, left: 0, size: 2, events: 1 });
});

it('is not given back where it is little, or soon used again', async () => {
  await shrink(8, 2);
  expect(await giveBackAll()).toMatchObject({ spare: 0, parts: 0, size: 8 });
});

it('is given back at once, and in parts from then on, by a file of an older Ring', async () => {
  const asBefore = async (db: Knex) => {
    await db.raw('PRAGMA auto_vacuum = NONE');
    await db.raw('VACUUM');
  };
  await shrink(16, 2, asBefore);
  expect(await giveBackAll()).toEqual({ spare: 14, parts: 1, left: 0, size: 2, events: 1 });
  const db = await openConnection(filename);
  const [mode] = await db.raw('PRAGMA auto_vacuum');
  await db.destroy();
  expect(mode).toEqual({ auto_vacuum: 2 });
});

it('is left as it is by a file of an older Ring in which there is much to copy', async () => {
  const asBefore = async (db: Knex) => {
    await db.raw('PRAGMA auto_vacuum = NONE');
    await db.raw('VACUUM');
  };
  await shrink(60, 40, asBefore);
  expect(await giveBackAll()).toMatchObject({ spare: 0, size: 60 });
});
