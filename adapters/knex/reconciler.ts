/** Implements the reconciler's store: the state it plans from and the results it writes, each write under its lease. */
import type { Knex } from 'knex';
import type { ReconcilerStore } from '../../core/ports.ts';
import { configsNamed } from './configs.ts';
import { makeDesired } from './desired.ts';
import { guarded } from './faults.ts';
import { assertHeld, type LeaseOptions, makeLease } from './lease.ts';
import { writeRecordings } from './record.ts';
import { secretsNamed } from './secrets.ts';
import { type Counts, counted } from './write.ts';

/** The only runtime so far. */
const runtime = 'docker';

/** The ReconcilerStore port on a database. */
export function makeReconcilerStore(
  options: LeaseOptions,
  readCounts: () => Promise<Counts>,
): ReconcilerStore {
  const { db, holder, now } = options;
  return guarded<ReconcilerStore>({
    ...makeLease(options),
    ...makeDesired(db, async () => (await readCounts()).written),
    async isTombstone(uid) {
      const row: unknown = await db('tombstones').where({ uid }).first('uid');
      return row !== undefined;
    },
    secrets: (namespace, names) => secretsNamed(db, namespace, names),
    configs: (namespace, names) => configsNamed(db, namespace, names),
    record: (lease, recordings, observedAt = null) =>
      counted(db, 'written', async (session) => {
        await assertHeld(session.db, lease, holder);
        await writeRecordings(session, recordings, now());
        if (observedAt !== null) await noteSeen(session.db, observedAt);
      }),
    noteObserved: (lease, at) =>
      counted(db, 'seen', async ({ db: trx }) => {
        await assertHeld(trx, lease, holder);
        await noteSeen(trx, at);
      }),
    pinImage: (lease, uid, ...[number, pin]) =>
      counted(db, 'written', async ({ db: trx, change }) => {
        await assertHeld(trx, lease, holder);
        await trx('deployments').where({ uid }).update({ touched: change });
        await trx('revisions')
          .where({ uid, number })
          .update({ pin: JSON.stringify(pin) });
      }),
  });
}

const noteSeen = async (trx: Knex, at: string): Promise<void> => {
  await trx('runtimes').insert({ name: runtime, seen_at: at }).onConflict('name').merge();
};
