/**
 * Evaluates whether the condition that a client waits for is reached, can no longer be reached, or is pending, from
 * what is declared now and its recorded observation. Pure; wait.ts does the waiting.
 */
import type { ObservationRecord } from '../../ports.ts';
import type { RunRecord } from '../../run/run.ts';
import type { DeploymentRecord } from '../record.ts';
import type { Until } from './wait-view.ts';

/** The stored state of a deployment. */
export interface DeploymentState {
  readonly record: DeploymentRecord;
  readonly observation: ObservationRecord | null;
  /** The newest run of a job; null before the first. */
  readonly newest: RunRecord | null;
  /** Whether it is a job with a schedule. */
  readonly isScheduled: boolean;
}

/** The result of an evaluation. */
export interface Evaluation {
  readonly state: 'waiting' | 'reached' | 'failed';
  readonly reason: string | null;
}

const reached: Evaluation = { state: 'reached', reason: null };
const waiting = (reason: string): Evaluation => ({ state: 'waiting', reason });
const failed = (reason: string): Evaluation => ({ state: 'failed', reason });

/** Evaluates a condition of a deployment; `null` when the deployment does not exist any more. */
export function evaluateWait(until: Until, state: DeploymentState | null): Evaluation {
  const isForItsEnd = until === 'deleted' || until === 'settled';
  if (state === null) return isForItsEnd ? reached : failed('it was deleted');
  if (state.record.deletedAt !== null) {
    const left = state.observation?.view.status_reason ?? 'its containers are being removed';
    return isForItsEnd ? waiting(left) : failed('it is being deleted');
  }
  if (until === 'deleted') return waiting('it has not been deleted');
  return state.record.kind === 'job' ? evaluateJob(until, state) : evaluateWorker(until, state);
}

/** Evaluates a run of a job, which is reached when it completes; `null` when the run is not kept any more. */
export function evaluateRunWait(run: RunRecord | null): Evaluation {
  if (run === null) return failed('the run is not kept any more');
  const { number, cancelReason, result } = run;
  if (result.state === 'completed') return reached;
  if (result.state === 'failed') return failed(result.reason ?? `run ${number} failed`);
  if (result.state === 'cancelled')
    return failed(`run ${number} was ended: ${result.reason ?? cancelReason}`);
  return waiting(result.reason ?? `run ${number} is ${result.state}`);
}

function evaluateJob(until: Until, { observation, newest, isScheduled }: DeploymentState): Evaluation {
  if (until === 'settled' && isScheduled) return reached;
  const reason = observation?.view.status_reason ?? null;
  if (newest === null) return waiting(reason ?? 'it has not run yet');
  const evaluation = evaluateRunWait(newest);
  return evaluation.state === 'waiting' ? waiting(reason ?? evaluation.reason ?? 'it runs') : evaluation;
}

/** Evaluates the recorded rollout, which only counts for the declared revision. */
function evaluateWorker(until: Until, { record, observation }: DeploymentState): Evaluation {
  const rollout = observation?.memory.rollout ?? null;
  const unseen = waiting(`revision ${record.revision} has not been looked at yet`);
  if (observation === null || rollout?.revision !== record.revision) return unseen;
  const { view } = observation;
  const why = rollout.reason ?? view.rollout?.reason ?? null;
  const revision = `revision ${record.revision}`;
  switch (rollout.state) {
    case 'completed':
      return until === 'completed' ? reached : worksWhollyNow(until, record, view);
    case 'in_progress':
      return waiting(
        record.paused
          ? 'the rollout is paused by hand'
          : (view.status_reason ?? `${revision} is being rolled out`),
      );
    case 'paused':
      // Resumed since the observation: the next tick continues it.
      if (rollout.resumes !== record.resumes) return unseen;
      return failed(why ?? `${revision} failed, and its rollout is paused`);
    case 'failed':
      return failed(why ?? `${revision} did not start`);
    default:
      return failed(`${why ?? `${revision} failed`}; back to revision ${rollout.from}`);
  }
}

function worksWhollyNow(
  until: Until,
  { replicas }: DeploymentRecord,
  { status, status_reason, ready_replicas, rollout }: ObservationRecord['view'],
): Evaluation {
  // Scaled since the observation: it counted another number of replicas.
  if (rollout?.total !== replicas) return waiting(`${replicas} replicas have not been looked at yet`);
  const isWhole = until !== 'healthy' || (status_reason === null && ready_replicas >= replicas);
  return status === 'running' && isWhole ? reached : waiting(status_reason ?? `it is ${status}`);
}
