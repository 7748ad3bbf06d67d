/** Reads the runs of a job. What is shown of each is decided in view.ts. */

import type { Vault } from '../access/security.ts';
import type { Caller } from '../access/user.ts';
import { findDeployment, seesSecrets } from '../deployment/read.ts';
import type { DeploymentRecord } from '../deployment/record.ts';
import { RingError } from '../errors.ts';
import type { Deployments } from '../ports.ts';
import type { RunRecord } from './run.ts';
import type { Runs } from './runs.ts';
import { type RunSummary, type RunView, runSummary, runView } from './view.ts';

/** The ports that reading runs needs. */
export interface RunReadPorts {
  readonly deployments: Deployments;
  readonly runs: Runs;
  readonly vault: Vault;
}

/** One run: the id of its deployment, and its number. */
export interface RunTarget {
  readonly id: string;
  readonly number: number;
}

/** A page of runs: at most `limit` of them, below the number `before`. */
export interface RunsWanted {
  readonly id: string;
  readonly limit: number;
  readonly before?: number | undefined;
}

/**
 * Lists the newest stored runs, newest first, and says whether there are older ones; a worker has none.
 * DEPLOYMENT_NOT_FOUND.
 */
export async function listRuns(
  { id, limit, before }: RunsWanted,
  ports: Pick<RunReadPorts, 'deployments' | 'runs'>,
): Promise<{ readonly runs: readonly RunSummary[]; readonly hasOlder: boolean }> {
  const record = await findDeployment(id, ports.deployments);
  const found = await ports.runs.list(record.uid, limit + 1, before);
  return {
    runs: found.slice(0, limit).map((run) => runSummary(run, record.id)),
    hasOlder: found.length > limit,
  };
}

/** Reads one run in full. DEPLOYMENT_NOT_FOUND, RUN_NOT_FOUND. */
export async function readRun(
  target: RunTarget,
  caller: Pick<Caller, 'role'>,
  ports: RunReadPorts,
): Promise<RunView> {
  const { record, run } = await findRun(target, ports);
  return runView(run, { deployment: record.id, isMasked: !seesSecrets(caller), vault: ports.vault });
}

/**
 * Finds a run and its deployment. DEPLOYMENT_NOT_FOUND; RUN_NOT_FOUND, whose message explains how many runs are kept.
 */
export async function findRun(
  { id, number }: RunTarget,
  { deployments, runs }: { readonly deployments: Deployments; readonly runs: Pick<Runs, 'find'> },
): Promise<{ readonly record: DeploymentRecord; readonly run: RunRecord }> {
  const record = await findDeployment(id, deployments);
  const run = await runs.find(record.uid, number);
  if (run) return { record, run };
  const way =
    record.kind === 'job' ? 'of those that are over, "history" says how many are kept' : 'workers have none';
  throw new RingError('RUN_NOT_FOUND', `Deployment ${record.id} has no run ${number}: ${way}`);
}
