/** Stores deployments, their revisions and their observations. codecs.ts converts the rows. */
import type { Knex } from 'knex';
import type { DeploymentFilter } from '../../core/deployment/filter.ts';
import type { DeploymentRecord } from '../../core/deployment/record.ts';
import { isSelected } from '../../core/deployment/selector.ts';
import type { DeploymentSummary } from '../../core/deployment/view.ts';
import { RingError } from '../../core/errors.ts';
import { Json } from '../../core/json.ts';
import { cut } from '../../core/page.ts';
import type { Deployments } from '../../core/ports.ts';
import {
  deploymentRecord,
  deploymentRow,
  observationRecord,
  revisionRecord,
  revisionRow,
  revisionSpec,
  shownObservedAt,
  summaryText,
} from './codecs.ts';
import { guarded } from './faults.ts';
import { insertInputs, usersOf } from './inputs.ts';
import { findNamed } from './named.ts';
import { ensureNamespace } from './namespaces.ts';
import type { DeploymentRow, ObservationRow, RevisionRow, SummaryRow } from './rows.ts';
import { revisionsOfRuns } from './runs.ts';
import { type Session, type WritingSession, writing } from './session.ts';

/** The Deployments port on a session. Each deployment keeps up to `revisionsKept` revisions and its last stable one. */
export const makeDeployments = (session: Session, revisionsKept: number): Deployments =>
  guarded<Deployments>({
    async find(idOrQualified) {
      const row = await findNamed<DeploymentRow>(session.db, 'deployments', idOrQualified);
      return row ? deploymentRecord(row) : null;
    },
    async findByName(namespace, name) {
      const row = await session.db<DeploymentRow>('deployments').where({ namespace, name }).first();
      return row ? deploymentRecord(row) : null;
    },
    async listText(filter) {
      return textOf(await readSummaries(session.db, filter));
    },
    async partText(filter, page) {
      // Labels are compared after reading; without a selector, one row more than requested shows whether there are
      // more.
      const most = filter.selector ? null : page.limit + 1;
      const rows = await readSummaries(session.db, filter, { after: page.after, most });
      const { items, next } = cut(rows, ({ id }) => id, page);
      return { text: textOf(items), next };
    },
    observation: (uid) => readObservation(session.db, uid),
    async revision(uid, number) {
      const row = await session.db<RevisionRow>('revisions').where({ uid, number }).first();
      return row ? revisionRecord(row) : null;
    },
    async insert(record, revision) {
      const { db, change } = writing(session);
      await db('deployments').insert({ ...deploymentRow(record), touched: change });
      await ensureNamespace(db, record.namespace, record.createdAt);
      await db('revisions').insert(revisionRow(revision));
      await insertInputs(db, revision);
    },
    update: (record, generation) => updateRecord(writing(session), record, generation),
    async addRevision(revision) {
      const { db } = writing(session);
      await db('revisions').insert(revisionRow(revision));
      await insertInputs(db, revision);
      await forgetOld(db, revision, revisionsKept);
    },
    async declared(namespace) {
      const query = session
        .db('deployments as d')
        .join('revisions as v', (on) => on.on('v.uid', 'd.uid').andOn('v.number', 'd.revision'))
        .select('d.*', 'v.spec')
        .orderBy('d.id');
      if (namespace !== undefined) query.where('d.namespace', namespace);
      const rows: (DeploymentRow & Pick<RevisionRow, 'spec'>)[] = await query;
      return rows.map((row) => ({ record: deploymentRecord(row), spec: revisionSpec(row) }));
    },
    usersOf: (kind, namespace, name) => usersOf(session.db, { kind, namespace, name }),
    async revisions(uid) {
      const rows: RevisionRow[] = await session
        .db<RevisionRow>('revisions')
        .where({ uid })
        .orderBy('number', 'desc');
      return rows.map(revisionRecord);
    },
  });

async function forgetOld(
  db: Knex,
  { uid, number }: Pick<RevisionRow, 'uid' | 'number'>,
  revisionsKept: number,
): Promise<void> {
  const stable = db('observations').where({ uid }).whereNotNull('stable').select('stable');
  await db('revisions')
    .where({ uid })
    .where('number', '<=', number - revisionsKept)
    .whereNotIn('number', stable)
    .whereNotIn('number', revisionsOfRuns(db, uid))
    .del();
}

/** The status that the list shows, as an SQL expression for filters; must match {@link summaryText}. */
const shownStatus =
  "case when d.deleted_at is not null then 'deleted' else coalesce(o.status, 'creating') end";

interface ListedRow extends SummaryRow {
  readonly id: string;
  /** The spec; read only when labels are compared. */
  readonly spec?: string;
}

const textOf = (rows: readonly SummaryRow[]): Json<readonly DeploymentSummary[]> =>
  new Json(`[${rows.map(summaryText).join(',')}]`);

/** Reads the rows of a list ordered by id, after a given id and up to a maximum number when one is set. */
async function readSummaries(
  db: Knex,
  { namespaces, statuses, selector }: DeploymentFilter,
  part: { readonly after: string | null; readonly most: number | null } = { after: null, most: null },
): Promise<readonly ListedRow[]> {
  const query = db('deployments as d')
    .leftJoin('observations as o', 'o.uid', 'd.uid')
    .leftJoin('runtimes as r', 'r.name', 'd.runtime')
    .select('d.id', 'd.declared', 'd.deleted_at', 'o.status', 'o.observed_at', 'o.observed', 'r.seen_at')
    .orderBy('d.id');
  if (namespaces.length > 0) query.whereIn('d.namespace', [...new Set(namespaces)]);
  if (statuses.length > 0) {
    const wanted = [...new Set(statuses)];
    query.whereRaw(`${shownStatus} in (${wanted.map(() => '?').join(', ')})`, wanted);
  }
  if (part.after !== null) query.where('d.id', '>', part.after);
  if (part.most !== null) query.limit(part.most);
  if (!selector) {
    const rows: ListedRow[] = await query;
    return rows;
  }
  query.join('revisions as v', (on) => on.on('v.uid', 'd.uid').andOn('v.number', 'd.revision'));
  const rows: ListedRow[] = await query.select('v.spec');
  return rows.filter(({ spec = '{}' }) => isSelected(JSON.parse(spec).labels, selector));
}

async function readObservation(db: Knex, uid: string) {
  const row: (ObservationRow & Pick<SummaryRow, 'seen_at'>) | undefined = await db('observations as o')
    .join('deployments as d', 'd.uid', 'o.uid')
    .leftJoin('runtimes as r', 'r.name', 'd.runtime')
    .where('o.uid', uid)
    .first('o.*', 'r.seen_at');
  if (!row) return null;
  return observationRecord({
    ...row,
    observed_at: shownObservedAt(row.status, row.observed_at, row.seen_at),
  });
}

async function updateRecord(
  { db, change }: WritingSession,
  record: DeploymentRecord,
  generation: number,
): Promise<void> {
  const { uid } = record;
  const row = { ...deploymentRow(record), touched: change };
  const updated = await db('deployments').where({ uid, generation }).update(row);
  if (updated > 0) return;
  const exists = await db('deployments').where({ uid }).first('uid');
  throw exists
    ? new RingError('DEPLOYMENT_CHANGED', 'The deployment was changed meanwhile: read it and try again')
    : new RingError('DEPLOYMENT_NOT_FOUND', 'Deployment not found');
}
