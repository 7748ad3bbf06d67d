/** Opening a database: who may read it, what it is brought up to, and which ones are refused. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inMemory, openConnection } from '../../../adapters/knex/connection.ts';
import { migrate } from '../../../adapters/knex/migrate.ts';
import { migrations } from '../../../adapters/knex/migrations.ts';
import { openStore } from '../../../adapters/knex/store.ts';
import { aConfig, aDeployment, aRevision, aUser } from '../../support/records.ts';

let directory = '';
let filename = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ring-open-'));
  filename = join(directory, 'data', 'ring.db');
});
afterEach(() => rm(directory, { recursive: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test('the directory and the files that are made are for their owner only', async () => {
  const store = await openStore({ filename });
  await store.write(({ users }) => users.insert(aUser()));
  expect(await modeOf(join(directory, 'data'))).toBe('700');
  const files = await readdir(join(directory, 'data'));
  expect(files.sort()).toEqual(['ring.db', 'ring.db-shm', 'ring.db-wal']);
  for (const file of files) expect(await modeOf(join(directory, 'data', file))).toBe('600');
  await store.close();
});

test('a directory that is there keeps its mode, a file that others can read does not', async () => {
  await mkdir(join(directory, 'data'), { mode: 0o755 });
  await writeFile(filename, '');
  await chmod(filename, 0o644);
  const store = await openStore({ filename });
  expect([await modeOf(join(directory, 'data')), await modeOf(filename)]).toEqual(['755', '600']);
  await store.close();
});

test('a file that is no database keeps its mode and its content', async () => {
  await mkdir(join(directory, 'data'));
  await writeFile(filename, 'users of this machine\n'.repeat(10));
  await chmod(filename, 0o644);
  await expect(openStore({ filename })).rejects.toThrow();
  expect([await modeOf(filename), await readFile(filename, 'utf8')]).toEqual([
    '644',
    'users of this machine\n'.repeat(10),
  ]);
});

test('what was written is there after opening again, under the same installation', async () => {
  const before = await openStore({ filename });
  await before.write(({ configs }) => configs.insert(aConfig()));
  await before.close();
  const after = await openStore({ filename });
  expect(after.installationId).toBe(before.installationId);
  expect(await after.stores.configs.list([])).toEqual([aConfig()]);
  await after.close();
});

test('a database in memory is one of its own', async () => {
  const [one, other] = [await openStore({ filename: inMemory }), await openStore({ filename: inMemory })];
  await one.write(({ configs }) => configs.insert(aConfig()));
  expect(await one.stores.configs.list([])).toHaveLength(1);
  expect(await other.stores.configs.list([])).toEqual([]);
  expect(one.installationId).not.toBe(other.installationId);
  await one.close();
  await other.close();
});

test('each connection syncs at every commit, keeps foreign keys, and lets readers by', async () => {
  const db = await openConnection(filename);
  await migrate(db);
  const read = async (pragma: string) => Object.values((await db.raw(`PRAGMA ${pragma}`))[0])[0];
  const names = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'];
  expect(await Promise.all(names.map(read))).toEqual(['wal', 2, 1, 250]);
  await db.destroy();
});

test('a database that a newer Ring made is refused, and left as it is', async () => {
  const newer = await openConnection(filename);
  await migrate(newer, [
    ...migrations,
    { name: '9999-later', up: async (trx) => trx.schema.createTable('later', (t) => t.text('x')) },
  ]);
  await newer.destroy();
  const error = await openStore({ filename }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message:
      'This database was made by a newer Ring (it holds 9999-later): start that version, or restore a backup',
  });
});

test('a migration that fails half way leaves nothing behind', async () => {
  const db = await openConnection(filename);
  await migrate(db);
  const broken = {
    name: '0002-broken',
    up: async (trx: typeof db) => {
      await trx.schema.createTable('half', (table) => table.text('x'));
      throw new Error('broken');
    },
  };
  await expect(migrate(db, [...migrations, broken])).rejects.toThrow('broken');
  expect(await db.schema.hasTable('half')).toBe(false);
  await migrate(db, [...migrations, { ...broken, up: async () => undefined }]);
  await db.destroy();
});

test('a migration that rebuilds a table keeps what hangs on it', async () => {
  const store = await openStore({ filename });

  await store.write(({ deployments }) => deployments.insert(aDeployment(), aRevision()));
  await store.close();
  const db = await openConnection(filename);
  const rebuild = {
    name: '0002-rebuild',
    up: async (trx: typeof db) =>
      trx.schema.alterTable('deployments', (table) => table.text('kind').nullable().alter()),
  };
  const add = {
    ...rebuild,
    name: '0001b-add',
    up: async (trx: typeof db) => trx.schema.alterTable('deployments', (table) => table.text('kind')),
  };
  await migrate(db, [...migrations, add, rebuild]);
  expect(await db('revisions').pluck('uid')).toEqual(['uid-web']);
  expect(await db.raw('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
  await db.destroy();
});

test.each([
  [
    'no database',
    async () => writeFile(filename, 'this is not a database, but a text of some length'.repeat(100)),
  ],
  ['a directory', async () => mkdir(filename)],
])('a file that is %s is refused without a word of SQL', async (_what, make) => {
  await mkdir(join(directory, 'data'));
  await make();
  const error = await openStore({ filename }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(String(error)).not.toMatch(/select|pragma|create/i);
});

test('a directory that cannot be made is refused with the reason', async () => {
  await writeFile(join(directory, 'data'), '');
  const error = await openStore({ filename }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(String(error)).toContain('cannot be opened');
});
