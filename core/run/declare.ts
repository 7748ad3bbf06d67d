/** What declaring a job means for its runs. Runs that somebody asks for by hand, or a schedule, are made elsewhere. */
import type { DeploymentRecord, RevisionRecord } from '../deployment/record.ts';
import type { DeploymentSpec } from '../deployment/spec/spec.ts';
import type { Stores } from '../ports.ts';
import { unbegun } from './run.ts';

/**
 * Inside a transaction, once the deployment stands: a job without a schedule runs when it is declared, in the place of
 * what it did before; a scheduled one waits for its time, and what runs of it goes on as it was begun.
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
 * Inside a transaction, once the deployment stands at a revision that begins no run: runs of the one before that have
 * not begun go on with the new one. Without a resolved image none could begin as it was, and an older revision's image
 * is not resolved any more.
 */
export async function keepUnbegun(
  { number, pin }: Pick<RevisionRecord, 'number' | 'pin'>,
  { uid, revision }: Pick<DeploymentRecord, 'uid' | 'revision'>,
  { runs }: Pick<Stores, 'runs'>,
): Promise<void> {
  if (pin === null) await runs.movePending(uid, { from: number, to: revision });
}
