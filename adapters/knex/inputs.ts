/**
 * Stores which revisions refer to which secrets and configs, in table `revision_inputs`, written with each revision.
 */
import type { Knex } from 'knex';
import type { DeploymentRecord, RevisionInput, RevisionRecord } from '../../core/deployment/record.ts';
import { deploymentRecord } from './codecs.ts';
import type { DeploymentRow } from './rows.ts';
import { revisionsOfRuns } from './runs.ts';
import { chunksOf, rowsAtOnce } from './session.ts';

/** Records what a revision refers to. The record is removed with the revision. */
export async function insertInputs(db: Knex, { uid, number, inputs }: RevisionRecord): Promise<void> {
  const rows = inputs.map(({ kind, name }) => ({ uid, revision: number, kind, name }));
  for (const some of chunksOf(rowsAtOnce, rows)) await db('revision_inputs').insert(some);
}

/** Returns the ids of deployments that are not deleted and have a needed revision that refers to this input. */
export async function usersOf(
  db: Knex,
  { kind, namespace, name }: Pick<RevisionInput, 'kind' | 'name'> & { readonly namespace: string },
): Promise<readonly DeploymentRecord[]> {
  const rows: DeploymentRow[] = await db('deployments as d')
    .leftJoin('observations as o', 'o.uid', 'd.uid')
    .where('d.namespace', namespace)
    .whereNull('d.deleted_at')
    .whereExists(
      db('revision_inputs as i')
        .whereRaw('i.uid = d.uid')
        .where({ 'i.kind': kind, 'i.name': name })
        .where((needed) =>
          needed
            .whereRaw('i.revision in (d.revision, o.stable)')
            .orWhereIn('i.revision', revisionsOfRuns(db, db.ref('d.uid'))),
        ),
    )
    .select('d.*')
    .orderBy('d.id');
  return rows.map(deploymentRecord);
}
