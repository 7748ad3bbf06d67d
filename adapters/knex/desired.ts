/**
 * Keeps everything declared in memory between ticks: after a write only the rows that it touched are read again.
 * Revisions are parsed once, because only their pin ever changes.
 */
import type { Knex } from 'knex';
import type { RevisionRecord } from '../../core/deployment/record.ts';
import type { Desired, ReconcilerStore } from '../../core/ports.ts';
import { isOver, type RunRecord } from '../../core/run/run.ts';
import { deploymentRecord, observationRecord, revisionRecord } from './codecs.ts';
import type { DeploymentRow, ObservationRow, RevisionRow } from './rows.ts';
import { readRuns } from './runs.ts';
import { chunksOf, keysAtOnce } from './session.ts';

interface DesiredRow
  extends DeploymentRow,
    Pick<ObservationRow, 'status' | 'observed_at' | 'observed' | 'stable'> {
  readonly memory: string | null;
  readonly pin: string | null;
  readonly stable_pin: string | null;
}

/** The state read up to a write. */
interface Known {
  readonly written: number;
  readonly byUid: ReadonlyMap<string, Desired>;
  /** All values of byUid, sorted by id. */
  readonly all: readonly Desired[];
}

/**
 * Makes the readers of the desired state: of all deployments, with the same array while nothing is written, and of one.
 */
export function makeDesired(
  db: Knex,
  readWritten: () => Promise<number>,
): Pick<ReconcilerStore, 'desired' | 'find'> {
  const nothing: Known = { written: -1, byUid: new Map(), all: [] };
  let known = nothing;

  return {
    async desired() {
      // The counter is read before the data: what is written in between is read again and never missed.
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

/**
 * Whether the result is complete: no purge was missed because its tombstone was already removed, and the database was
 * not replaced.
 */
async function isWhole(db: Knex, { byUid }: Known): Promise<boolean> {
  const rows: { readonly count: unknown }[] = await db('deployments').count({ count: '*' });
  return Number(rows[0]?.count) === byUid.size;
}

const selectRows = (db: Knex): Knex.QueryBuilder =>
  db('deployments as d')
    .leftJoin('observations as o', 'o.uid', 'd.uid')
    .leftJoin('revisions as v', (on) => on.on('v.uid', 'd.uid').andOn('v.number', 'd.revision'))
    .leftJoin('revisions as s', (on) => on.on('s.uid', 'd.uid').andOn('s.number', 'o.stable'))
    .select('d.*', 'o.status', 'o.observed_at', 'o.observed', 'o.memory', 'o.stable')
    .select('v.pin', 's.pin as stable_pin');

/** Converts rows to desired state, by uid; revisions that are parsed already are reused. */
async function parse(
  db: Knex,
  rows: readonly DesiredRow[],
  before: ReadonlyMap<string, Desired>,
): Promise<ReadonlyMap<string, Desired>> {
  const parsed = (uid: string, number: number): RevisionRecord | undefined => {
    const known = before.get(uid);
    return [known?.revision, known?.stable].find((revision) => revision?.number === number) ?? undefined;
  };
  const needed = rows.flatMap((row) => numbersOf(row).map((number) => ({ uid: row.uid, number })));
  const runs = await readRuns(
    db,
    rows.filter((row) => deploymentRecord(row).kind === 'job').map(({ uid }) => uid),
  );
  const older = rows.flatMap((row) => olderNumbers(row, runs.get(row.uid) ?? none));
  const fresh = await readRevisions(db, [
    ...needed.filter(({ uid, number }) => !parsed(uid, number)),
    // These are not cached: there are few, and no join includes their pins.
    ...older,
  ]);
  return new Map(
    rows.flatMap((row): [string, Desired][] => {
      const of = (number: number) => parsed(row.uid, number) ?? fresh.get(keyOf({ uid: row.uid, number }));
      const revision = of(row.revision);
      const stable = row.stable === null || row.stable === row.revision ? null : of(row.stable);
      // A row without its revision was purged between the two reads.
      if (!revision) return [];
      // A run of a newer revision was declared between the two reads: the next read returns both.
      const runsOf = (runs.get(row.uid) ?? none).filter((run) => run.revision <= row.revision);
      const olderOf = olderNumbers(row, runsOf).flatMap((key) => fresh.get(keyOf(key)) ?? []);
      return [[row.uid, desiredOf(row, { revision, stable: stable ?? null, older: olderOf, runs: runsOf })]];
    }),
  );
}

const none: readonly RunRecord[] = [];

/** Returns the revisions that unfinished runs need in addition to those that are read anyway; newest first. */
function olderNumbers(row: DesiredRow, runs: readonly RunRecord[]): readonly RevisionKey[] {
  const known = numbersOf(row);
  const needed = runs.filter((run) => !isOver(run)).map(({ revision }) => revision);
  return [...new Set(needed)]
    .filter((number) => !known.includes(number))
    .sort((one, other) => other - one)
    .map((number) => ({ uid: row.uid, number }));
}

interface RevisionKey {
  readonly uid: string;
  readonly number: number;
}

const keyOf = ({ uid, number }: RevisionKey): string => `${uid}/${number}`;

const numbersOf = ({ revision, stable }: DesiredRow): readonly number[] =>
  stable === null || stable === revision ? [revision] : [revision, stable];

async function readRevisions(
  db: Knex,
  keys: readonly RevisionKey[],
): Promise<ReadonlyMap<string, RevisionRecord>> {
  const revisions = new Map<string, RevisionRecord>();
  for (const some of chunksOf(keysAtOnce, keys)) {
    const rows: RevisionRow[] = await db<RevisionRow>('revisions').whereIn(
      ['uid', 'number'],
      some.map(({ uid, number }) => [uid, number]),
    );
    for (const row of rows) revisions.set(keyOf(row), revisionRecord(row));
  }
  return revisions;
}

const pinned = (revision: RevisionRecord, pin: string | null): RevisionRecord => ({
  ...revision,
  pin: pin === null ? null : JSON.parse(pin),
});

const desiredOf = (
  row: DesiredRow,
  { revision, stable, older, runs }: Pick<Desired, 'revision' | 'stable' | 'older' | 'runs'>,
): Desired => ({
  record: deploymentRecord(row),
  revision: pinned(revision, row.pin),
  stable: stable === null ? null : pinned(stable, row.stable_pin),
  older,
  runs,
  observation: row.memory === null ? null : observationRecord({ ...row, memory: row.memory }),
});
