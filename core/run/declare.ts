/**
 * Decides what declaring a job means for its runs. Runs requested by hand are created in start.ts, those of a schedule
 * by the reconciler.
 */
import type { DeploymentRecord, RevisionRecord } from '../deployment/record.ts';
import type { DeploymentSpec } from '../deployment/spec/spec.ts';
import type { Stores } from '../ports.ts';
import { unbegun } from './run.ts';

/**
 * Begins the run of a declared job; called inside the transaction, once the deployment is stored. A job without a
 * schedule runs when it is declared, and its earlier runs are asked to end; a scheduled job waits for its time, and its
 * runs continue at the revision that they began with.
 */
export async function runDeclared(
  { uid, revision, replicas, updatedAt }: DeploymentRecord,
  { job, author }: Pick<DeploymentSpec, 'job'> & { readonly author: string },
  { runs }: Pick<Stores, 'runs'>,
): Promise<void> {
  if (job === null || job.schedule !== null) return;
  await runs.cancel(uid, null, `revision ${revision} was declared`);
  await runs.insert({
    uid,
    revision,
    cause: 'declared',
    author,
    scheduledAt: null,
    createdAt: updatedAt,
    completions: replicas,
    sealed: null,
    cancelReason: null,
    result: unbegun,
  });
}

/**
 * Moves pending runs to the new revision; called inside the transaction, once the deployment is stored at a revision
 * that begins no run. This is done only if the previous revision has no resolved image: its runs could not begin,
 * because the image of an older revision is not resolved any more.
 */
export async function keepUnbegun(
  { number, pin }: Pick<RevisionRecord, 'number' | 'pin'>,
  { uid, revision }: Pick<DeploymentRecord, 'uid' | 'revision'>,
  { runs }: Pick<Stores, 'runs'>,
): Promise<void> {
  if (pin === null) await runs.movePending(uid, { from: number, to: revision });
}
