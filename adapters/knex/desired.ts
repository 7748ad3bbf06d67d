/**
 * Everything declared, kept in memory between ticks: after a write only the rows that it touched are read again.
 * Revisions are parsed once, since nothing of them ever changes but their pin.
 */
import type { Knex } from 'knex';
import type { RevisionRecord } from '../../core/deployment/record.ts';
import type { Desired, ReconcilerStore } from '../../core/ports.ts';
import { deploymentRecord, observationRecord, revisionRecord } from './codecs.ts';
import type { DeploymentRow, ObservationRow, RevisionRow } from './rows.ts';
import { chunksOf, keysAtOnce } from './session.ts';

interface DesiredRow extends DeploymentRow, Pick<ObservationRow, 'status' | 'observed_at' | 'observed'> {
  readonly memory: string | null;
  readonly pin: string | null;
}

/** What was read up to a write. */
interface Known {
  readonly written: number;
  readonly byUid: ReadonlyMap<string, Desired>;
  /** All of byUid, sorted by id. */
  readonly all: readonly Desired[];
}

/** Makes the readers of what is declared: all of it, the same array as before while nothing was written; or one. */
export function makeDesired(
  db: Knex,
  readWritten: () => Promise<number>,
): Pick<ReconcilerStore, 'desired' | 'find'> {
  const nothing: Known = { written: -1, byUid: new Map(), all: [] };
  let known = nothing;

  return {
    async desired() {
      // Counted before it is read: what is written in between is read again, never missed.
      const written = await readWritten();
      if (written === known.written) return known.all;
      const next = await readOn(db, known, written);
      known = (await isWhole(db, next)) ? next : await readOn(db, nothing, written);
      return known.all;
    },
    async find(uid) {
      const rows: DesiredRow[] = await selectRows(db).where('d.uid', uid);
      return (await parse(db, rows, known.byUid)).get(uid) ?? null;
    },
  };
}

async function readOn(db: Knex, known: Known, written: number): Promise<Known> {
  const since = known.written;
  const purged: string[] = await db('tombstones').where('touched', '>', since).pluck('uid');
  const rows: DesiredRow[] = await selectRows(db).where((row) =>
    row.where('d.touched', '>', since).orWhere('o.touched', '>', since),
  );
  const byUid = new Map(known.byUid);
  for (const uid of purged) byUid.delete(uid);
  for (const [uid, desired] of await parse(db, rows, known.byUid)) byUid.set(uid, desired);
  const all = [...byUid.values()].sort((one, other) => (one.record.id < other.record.id ? -1 : 1));
  return { written, byUid, all };
}

/** Whether nothing was purged so long ago that its tombstone is gone, and no other database was put in place. */
async function isWhole(db: Knex, { byUid }: Known): Promise<boolean> {
  const rows: { readonly count: unknown }[] = await db('deployments').count({ count: '*' });
  return Number(rows[0]?.count) === byUid.size;
}

const selectRows = (db: Knex): Knex.QueryBuilder =>
  db('deployments as d')
    .leftJoin('observations as o', 'o.uid', 'd.uid')
    .leftJoin('revisions as v', (on) => on.on('v.uid', 'd.uid').andOn('v.number', 'd.revision'))
    .select('d.*', 'o.status', 'o.observed_at', 'o.observed', 'o.memory', 'v.pin');

/** Rows as what is desired, by uid; revisions that were parsed before are taken over. */
async function parse(
  db: Knex,
  rows: readonly DesiredRow[],
  before: ReadonlyMap<string, Desired>,
): Promise<ReadonlyMap<string, Desired>> {
  const parsed = (row: DesiredRow) => {
    const revision = before.get(row.uid)?.revision;
    return revision?.number === row.revision ? revision : null;
  };
  const fresh = rows.filter((row) => parsed(row) === null).map(({ uid }) => uid);
  const revisions = await readRevisions(db, fresh);
  return new Map(
    rows.flatMap((row): [string, Desired][] => {
      const revision = parsed(row) ?? revisions.get(`${row.uid}/${row.revision}`);
      // Without its revision it was purged between the two reads.
      return revision ? [[row.uid, desiredOf(row, revision)]] : [];
    }),
  );
}

async function readRevisions(
  db: Knex,
  uids: readonly string[],
): Promise<ReadonlyMap<string, RevisionRecord>> {
  const revisions = new Map<string, RevisionRecord>();
  for (const some of chunksOf(keysAtOnce, uids)) {
    const rows: RevisionRow[] = await db('revisions as v')
      .join('deployments as d', (on) => on.on('v.uid', 'd.uid').andOn('v.number', 'd.revision'))
      .whereIn('v.uid', some)
      .select('v.*');
    for (const row of rows) revisions.set(`${row.uid}/${row.number}`, revisionRecord(row));
  }
  return revisions;
}

const desiredOf = (row: DesiredRow, revision: RevisionRecord): Desired => ({
  record: deploymentRecord(row),
  revision: { ...revision, pin: row.pin === null ? null : JSON.parse(row.pin) },
  observation: row.memory === null ? null : observationRecord({ ...row, memory: row.memory }),
});
