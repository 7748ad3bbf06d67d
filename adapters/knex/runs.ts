/**
 * Stores runs of jobs: their requests and their results. Every write touches the deployment, so that caches of it are
 * refreshed.
 */
import type { Knex } from 'knex';
import type { Recording } from '../../core/ports.ts';
import type { RunRecord } from '../../core/run/run.ts';
import type { Runs, RunsChange } from '../../core/run/runs.ts';
import { guarded } from './faults.ts';
import type { RunRow } from './rows.ts';
import { chunksOf, keysAtOnce, rowsAtOnce, type Session, type WritingSession, writing } from './session.ts';

/** The states of runs that are not finished. */
const open = ['pending', 'running'];

const runRow = (run: RunRecord): RunRow => ({
  uid: run.uid,
  number: run.number,
  revision: run.revision,
  cause: run.cause,
  author: run.author,
  scheduled_at: run.scheduledAt,
  created_at: run.createdAt,
  completions: run.completions,
  sealed: run.sealed,
  cancel_reason: run.cancelReason,
  ...resultRow(run),
});

const resultRow = ({ result }: Pick<RunRecord, 'result'>) => ({
  state: result.state,
  finished_at: result.finishedAt,
  result: JSON.stringify(result),
});

const runRecord = (row: RunRow): RunRecord => ({
  uid: row.uid,
  number: row.number,
  revision: row.revision,
  cause: row.cause,
  author: row.author,
  scheduledAt: row.scheduled_at,
  createdAt: row.created_at,
  completions: row.completions,
  sealed: row.sealed,
  cancelReason: row.cancel_reason,
  result: JSON.parse(row.result),
});

/** The Runs port on a session. */
export const makeRuns = (session: Session): Runs =>
  guarded<Runs>({
    async find(uid, number) {
      const row = await session.db<RunRow>('runs').where({ uid, number }).first();
      return row ? runRecord(row) : null;
    },
    async list(uid, limit, before) {
      const query = session.db<RunRow>('runs').where({ uid }).orderBy('number', 'desc').limit(limit);
      if (before !== undefined) query.where('number', '<', before);
      const rows: RunRow[] = await query;
      return rows.map(runRecord);
    },
    async insert(run) {
      const { db, change: touched } = writing(session);
      const { uid } = run;
      const newest: RunRow | undefined = await db<RunRow>('runs')
        .where({ uid })
        .orderBy('number', 'desc')
        .first();
      const stored = { ...run, number: (newest?.number ?? 0) + 1 };
      await db('runs').insert(runRow(stored));
      await db('deployments').where({ uid }).update({ touched });
      return stored;
    },
    async cancel(uid, numbers, reason) {
      const { db, change: touched } = writing(session);
      const query = db('runs').where({ uid }).whereNull('cancel_reason').whereIn('state', open);
      if (numbers !== null) query.whereIn('number', [...numbers]);
      const rows: Pick<RunRow, 'number'>[] = await query
        .update({ cancel_reason: reason })
        .returning('number');
      if (rows.length > 0) await db('deployments').where({ uid }).update({ touched });
      return rows.map(({ number }) => number).sort((one, other) => one - other);
    },
    async movePending(uid, { from, to }) {
      const { db, change: touched } = writing(session);
      const pending = db('runs').where({ uid, revision: from, state: 'pending' });
      const moved: number = await pending.update({ revision: to });
      if (moved > 0) await db('deployments').where({ uid }).update({ touched });
    },
  });

/** Returns the stored runs of deployments, newest first, by uid. */
export async function readRuns(
  db: Knex,
  uids: readonly string[],
): Promise<ReadonlyMap<string, readonly RunRecord[]>> {
  const runs = new Map<string, RunRecord[]>();
  for (const some of chunksOf(keysAtOnce, uids)) {
    const rows: RunRow[] = await db<RunRow>('runs').whereIn('uid', some).orderBy('number', 'desc');
    for (const row of rows) runs.set(row.uid, [...(runs.get(row.uid) ?? []), runRecord(row)]);
  }
  return runs;
}

/** Selects the revisions of a deployment that its unfinished runs need, as a subquery. */
export const revisionsOfRuns = (db: Knex, uid: string | Knex.Ref<string, object>): Knex.QueryBuilder =>
  db('runs').where({ uid }).whereIn('state', open).select('revision');

/** Writes the results of runs of deployments that still exist. */
export async function writeRuns(session: WritingSession, recordings: readonly Recording[]): Promise<void> {
  const { db: trx, change: touched } = session;
  for (const { uid, runs } of recordings) {
    if (runs === null) continue;
    await writeChange(trx, uid, runs);
    await trx('deployments').where({ uid }).update({ touched });
  }
}

async function writeChange(trx: Knex, uid: string, change: RunsChange): Promise<void> {
  for (const { number, result } of change.results) {
    await trx('runs').where({ uid, number }).update(resultRow({ result }));
  }
  for (const { number, reason } of change.cancelled) {
    const unasked = trx('runs').where({ uid, number }).whereNull('cancel_reason').whereIn('state', open);
    await unasked.update({ cancel_reason: reason });
  }
  for (const some of chunksOf(rowsAtOnce, change.added)) {
    await trx('runs').insert(some.map(runRow)).onConflict().ignore();
  }
  for (const some of chunksOf(keysAtOnce, change.dropped)) {
    await trx('runs').where({ uid }).whereIn('number', some).whereNotIn('state', open).del();
  }
}
