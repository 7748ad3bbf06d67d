/**
 * Writes the results of a tick. Statuses are written only for the planned generation; memory is always written, because
 * without a job's result or a counter Ring would do something twice.
 */
import type { Knex } from 'knex';
import type { Recording } from '../../core/ports.ts';
import { later, memoryRow, observationRow } from './codecs.ts';
import { notePurged } from './event-feed.ts';
import { addEvents } from './events.ts';
import { sweepNamespaces } from './namespaces.ts';
import { tombstoneKeptMs } from './old-records.ts';
import type { ObservationRow, SummaryRow } from './rows.ts';
import { writeRuns } from './runs.ts';
import { chunksOf, keysAtOnce, rowsAtOnce, type WritingSession } from './session.ts';

/** The stored state of a deployment that is recorded. */
interface CurrentRow extends Pick<SummaryRow, 'deleted_at' | 'status' | 'seen_at'> {
  readonly uid: string;
  readonly generation: number;
}

/** Writes recordings within a transaction, one per uid; those of deployments that no longer exist are dropped. */
export async function writeRecordings(
  session: WritingSession,
  recordings: readonly Recording[],
  nowMs: number,
): Promise<void> {
  const { db: trx } = session;
  const current = await readCurrent(trx, recordings);
  const isPurged = ({ uid, generation, purge }: Recording) => {
    const now = current.get(uid);
    return purge && now !== undefined && now.deleted_at !== null && now.generation === generation;
  };
  const lasting = recordings.filter((recording) => !isPurged(recording));
  await writeObservations(session, lasting, current);
  await writeRuns(
    session,
    lasting.filter(({ uid }) => current.has(uid)),
  );
  await addEvents(
    trx,
    lasting.flatMap(({ events }) => events),
  );
  const purged = recordings.filter(isPurged).map(({ uid }) => uid);
  if (purged.length > 0) await purge(session, purged, nowMs);
}

async function readCurrent(
  trx: Knex,
  recordings: readonly Recording[],
): Promise<ReadonlyMap<string, CurrentRow>> {
  const current = new Map<string, CurrentRow>();
  for (const some of chunksOf(keysAtOnce, recordings)) {
    const rows: CurrentRow[] = await trx('deployments as d')
      .leftJoin('observations as o', 'o.uid', 'd.uid')
      .leftJoin('runtimes as r', 'r.name', 'd.runtime')
      .whereIn(
        'd.uid',
        some.map(({ uid }) => uid),
      )
      .select('d.uid', 'd.generation', 'd.deleted_at', 'o.status', 'r.seen_at');
    for (const row of rows) current.set(row.uid, row);
  }
  return current;
}

async function writeObservations(
  { db: trx, change: touched }: WritingSession,
  recordings: readonly Recording[],
  current: ReadonlyMap<string, CurrentRow>,
): Promise<void> {
  const whole: object[] = [];
  const memories: object[] = [];
  for (const { uid, generation, observation } of recordings) {
    const now = current.get(uid);
    if (!observation || !now) continue;
    if (now.generation === generation)
      whole.push({ ...lastSeen(observationRow(uid, observation), now), touched });
    else memories.push({ ...memoryRow(uid, observation), touched });
  }
  for (const rows of chunksOf(rowsAtOnce, whole)) {
    await trx('observations').insert(rows).onConflict('uid').merge();
  }
  for (const rows of chunksOf(rowsAtOnce, memories)) {
    await trx('observations').insert(rows).onConflict('uid').merge(['memory', 'stable', 'touched']);
  }
}

/**
 * Sets the observation time: an observable deployment uses its runtime's; one that becomes unknown keeps the last of
 * these.
 */
function lastSeen(row: ObservationRow, { status, seen_at }: CurrentRow): ObservationRow {
  const becomesUnknown = row.status === 'unknown' && status !== null && status !== 'unknown';
  return becomesUnknown ? { ...row, observed_at: later(row.observed_at, seen_at) } : row;
}

/** Removes deployments for good with all dependent rows, and records tombstones. */
async function purge(
  { db: trx, change: touched }: WritingSession,
  uids: readonly string[],
  nowMs: number,
): Promise<void> {
  await trx('tombstones')
    .where('purged_at', '<=', nowMs - tombstoneKeptMs)
    .del();
  for (const some of chunksOf(rowsAtOnce, uids)) {
    await notePurged(trx, some);
    await trx('deployments').whereIn('uid', some).del();
    const rows = some.map((uid) => ({ uid, purged_at: nowMs, touched }));
    await trx('tombstones').insert(rows).onConflict('uid').merge();
  }
  await sweepNamespaces(trx);
}
