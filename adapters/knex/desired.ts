/**
 * Everything declared, kept in memory between ticks: read again only after a write, and then only what differs is
 * parsed. Revisions never change but for their pin.
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

interface Kept {
  readonly row: DesiredRow;
  readonly desired: Desired;
}

/** Makes the readers of what is declared: all of it, the same array as before while nothing was written; or one. */
export function makeDesired(
  db: Knex,
  readWritten: () => Promise<string>,
): Pick<ReconcilerStore, 'desired' | 'find'> {
  let kept = new Map<string, Kept>();
  let last: { readonly written: string; readonly all: readonly Desired[] } | null = null;
  const desired = async () => {
    // Counted before it is read: what is written in between is read again, never missed.
    const written = await readWritten();
    if (last?.written === written) return last.all;
    const rows = await selectRows(db);
    kept = await update(db, rows, kept);
    last = { written, all: [...kept.values()].map(({ desired }) => desired) };
    return last.all;
  };

  const find = async (uid: string) => {
    const one = await update(db, await selectRows(db).where('d.uid', uid), kept);
    return one.get(uid)?.desired ?? null;
  };

  return { desired, find };
}

const selectRows = (db: Knex): Knex.QueryBuilder<DesiredRow, DesiredRow[]> =>
  db('deployments as d')
    .leftJoin('observations as o', 'o.uid', 'd.uid')
    .leftJoin('revisions as v', (on) => on.on('v.uid', 'd.uid').andOn('v.number', 'd.revision'))
    .select('d.*', 'o.status', 'o.observed_at', 'o.observed', 'o.memory', 'v.pin')
    .orderBy('d.id');

/** Rows as what is desired, taking over what did not change. */
async function update(
  db: Knex,
  rows: readonly DesiredRow[],
  before: ReadonlyMap<string, Kept>,
): Promise<Map<string, Kept>> {
  const fresh = rows.filter(({ uid, revision }) => before.get(uid)?.desired.revision.number !== revision);
  const revisions = await readRevisions(
    db,
    fresh.map(({ uid }) => uid),
  );
  const after = new Map<string, Kept>();
  for (const row of rows) {
    const old = before.get(row.uid);
    const revision =
      old?.desired.revision.number === row.revision
        ? old.desired.revision
        : revisions.get(`${row.uid}/${row.revision}`);
    // Purged between the two reads: the next call does not see it either.
    if (!revision) continue;
    after.set(row.uid, old && isSame(old.row, row) ? old : { row, desired: desiredOf(row, revision) });
  }
  return after;
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

const isSame = (one: DesiredRow, other: DesiredRow): boolean =>
  one.declared === other.declared &&
  one.generation === other.generation &&
  one.deleted_at === other.deleted_at &&
  one.status === other.status &&
  one.observed_at === other.observed_at &&
  one.observed === other.observed &&
  one.memory === other.memory &&
  one.pin === other.pin;
