/**
 * Stores the records of health checks. They are written often and no plan depends on them, so these writes do not
 * increase the change counter: cached lists and plans stay valid.
 */
import type { Knex } from 'knex';
import type { HealthRecord, HealthRecords } from '../../core/health/record.ts';
import { guarded } from './faults.ts';
import { endedHealthKeptMs } from './old-records.ts';
import type { HealthRow } from './rows.ts';
import { chunksOf, keysAtOnce, rowsAtOnce } from './session.ts';
import { transact } from './transaction.ts';

/** The HealthRecords port on a database. `now` is ms since 1970. */
export const makeHealthRecords = (db: Knex, now: () => number): HealthRecords =>
  guarded<HealthRecords>({
    async all() {
      const rows: HealthRow[] = await db<HealthRow>('health_checks').whereNull('ended_at');
      return rows.map(healthRecord);
    },
    async of(uid) {
      const rows: HealthRow[] = await db<HealthRow>('health_checks')
        .where({ uid })
        .orderByRaw('slot, ended_at is null, ended_at, instance_id');
      return rows.map(healthRecord);
    },
    save: (records) =>
      transact(db, async (trx) => {
        await trx('health_checks')
          .where('ended_at', '<=', now() - endedHealthKeptMs)
          .del();
        const known = await existing(
          trx,
          records.map(({ uid }) => uid),
        );
        const rows = records.filter(({ uid }) => known.has(uid)).map(healthRow);
        for (const some of chunksOf(rowsAtOnce, rows)) {
          await trx('health_checks').insert(some).onConflict('instance_id').merge();
        }
        for (const row of rows) await forgetEarlier(trx, row);
      }),
  });

async function existing(trx: Knex, uids: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const some of chunksOf(keysAtOnce, [...new Set(uids)])) {
    const found: string[] = await trx('deployments').whereIn('uid', some).pluck('uid');
    for (const uid of found) known.add(uid);
  }
  return known;
}

/** Keeps only the latest of the ended instances of a slot. */
async function forgetEarlier(trx: Knex, { uid, slot, instance_id, ended_at }: HealthRow): Promise<void> {
  if (ended_at === null) return;
  await trx('health_checks')
    .where({ uid, slot })
    .where('ended_at', '<=', ended_at)
    .whereNot({ instance_id })
    .del();
}

const healthRow = (record: HealthRecord): HealthRow => ({
  instance_id: record.instanceId,
  uid: record.uid,
  slot: record.slot,
  ended_at: record.endedAt,
  record: JSON.stringify(record),
});

const healthRecord = ({ record }: Pick<HealthRow, 'record'>): HealthRecord => JSON.parse(record);
