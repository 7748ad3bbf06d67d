/**
 * Reads the state of a deployment's health checks and their last answers. What an answer means is decided in
 * verdict.ts.
 */
import type { Caller } from '../access/user.ts';
import { findDeployment, seesSecrets } from '../deployment/read.ts';
import type { Deployments } from '../ports.ts';
import type { Answer } from './answer.ts';
import type { HealthCheck } from './check.ts';
import type { CheckRecord, HealthRecord, HealthRecords } from './record.ts';
import type { HealthCheckStanding, ResultView } from './view.ts';

/** The ports that reading needs. */
export interface HealthReadPorts {
  readonly deployments: Deployments;
  readonly healthRecords: Pick<HealthRecords, 'of'>;
}

/**
 * Lists every check of every instance, by slot, including the last instance of each slot that has ended. Excerpts of
 * answers may contain anything, so only callers who may write see them. DEPLOYMENT_NOT_FOUND.
 */
export async function readHealthChecks(
  id: string,
  caller: Pick<Caller, 'role'>,
  { deployments, healthRecords }: HealthReadPorts,
): Promise<readonly HealthCheckStanding[]> {
  const { uid } = await findDeployment(id, deployments);
  const showsExcerpts = seesSecrets(caller);
  const records = await healthRecords.of(uid);
  return records.flatMap((record) => record.checks.map((check) => standingOf(record, check, showsExcerpts)));
}

function standingOf(
  { slot, instanceId, containerName, endedAt }: HealthRecord,
  { check, state, answers }: CheckRecord,
  showsExcerpts: boolean,
): HealthCheckStanding {
  return {
    slot,
    instance: instanceId,
    container: containerName,
    check: subjectOf(check),
    state: state.verdict,
    reason: state.reason,
    consecutive_successes: state.successes,
    consecutive_failures: state.failures,
    last_checked_at: timeOf(answers.at(-1)?.at ?? null),
    ended_at: timeOf(endedAt),
    results: answers.map((answer) => resultOf(answer, showsExcerpts)),
  };
}

function subjectOf(check: HealthCheck): HealthCheckStanding['check'] {
  if (check.type === 'http') return { type: 'http', port: check.port, path: check.path };
  if (check.type === 'tcp') return { type: 'tcp', port: check.port };
  return { type: 'command', command: [...check.command] };
}

const resultOf = (
  { at, ok, status, exitCode, durationMs, excerpt, error }: Answer,
  showsExcerpts: boolean,
): ResultView => ({
  at: new Date(at).toISOString(),
  ok,
  status,
  exit_code: exitCode,
  duration_ms: durationMs,
  excerpt: showsExcerpts ? excerpt : null,
  error,
});

const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
