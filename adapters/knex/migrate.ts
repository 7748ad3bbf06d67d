/**
 * Migrates a database to the schema of this version in one transaction: a process killed half way leaves no changes and
 * no lock. A database made by a newer version is refused.
 */
import type { Knex } from 'knex';
import { RingError } from '../../core/errors.ts';
import { sqlite } from './dialect.ts';
import { type Migration, migrations } from './migrations.ts';
import { transact, whileBusy } from './transaction.ts';

const table = 'migrations';

/**
 * Runs the missing migrations. Writes nothing when there are none, so that Ring also starts on a full disk.
 * DATABASE_UNAVAILABLE when the database contains migrations that this version does not know.
 */
export async function migrate(db: Knex, list: readonly Migration[] = migrations): Promise<void> {
  if (await whileBusy(() => isUpToDate(db, list))) return;
  await whileBusy(() => db.raw(sqlite.beforeMigrationSql));
  try {
    await transact(db, async (trx) => {
      await trx.raw(sqlite.lockSql);
      if (!(await trx.schema.hasTable(table))) {
        await trx.schema.createTable(table, (column) => column.text('name').primary());
      }
      const done = await known(trx, list);
      for (const { name, up } of list.filter((migration) => !done.includes(migration.name))) {
        await up(trx);
        await trx(table).insert({ name });
      }
    });
  } finally {
    await whileBusy(() => db.raw(sqlite.afterMigrationSql));
  }
}

async function isUpToDate(db: Knex, list: readonly Migration[]): Promise<boolean> {
  if (!(await db.schema.hasTable(table))) return false;
  const done = await known(db, list);
  return list.every(({ name }) => done.includes(name));
}

/** Returns the names of the migrations that were run. */
async function known(db: Knex, list: readonly Migration[]): Promise<readonly string[]> {
  const done: readonly string[] = await db(table).pluck('name');
  const unknown = done.find((name) => !list.some((migration) => migration.name === name));
  if (unknown === undefined) return done;
  throw new RingError(
    'DATABASE_UNAVAILABLE',
    `This database was made by a newer Ring (it holds ${unknown}): start that version, or restore a backup`,
  );
}
