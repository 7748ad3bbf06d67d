/**
 * Whether what somebody waits for has come, cannot come any more, or may still: judged by what is declared now and by
 * what was recorded of just that. Pure; who waits and for how long is decided in wait.ts.
 */
import type { ObservationRecord } from '../ports.ts';
import type { RunRecord } from '../run/run.ts';
import type { DeploymentRecord } from './record.ts';
import type { Until } from './wait-view.ts';

/** How a deployment stands, as stored. */
export interface Standing {
  readonly record: DeploymentRecord;
  readonly observation: ObservationRecord | null;
  /** Of a job: its newest run; null before the first. */
  readonly newest: RunRecord | null;
  /** Whether it is a job that runs by a schedule. */
  readonly isScheduled: boolean;
}

/** What a look says. */
export interface Come {
  readonly state: 'waiting' | 'reached' | 'failed';
  readonly reason: string | null;
}

const reached: Come = { state: 'reached', reason: null };
const waiting = (reason: string): Come => ({ state: 'waiting', reason });
const failed = (reason: string): Come => ({ state: 'failed', reason });

/** Judges a deployment; null: there is none any more. */
export function hasCome(until: Until, standing: Standing | null): Come {
  const isForItsEnd = until === 'deleted' || until === 'settled';
  if (standing === null) return isForItsEnd ? reached : failed('it was deleted');
  if (standing.record.deletedAt !== null) {
    const left = standing.observation?.view.status_reason ?? 'what is left of it is being removed';
    return isForItsEnd ? waiting(left) : failed('it is being deleted');
  }
  if (until === 'deleted') return waiting('nobody has deleted it');
  return standing.record.kind === 'job' ? jobHasCome(until, standing) : workerHasCome(until, standing);
}

/** Judges one run of a job, which comes when it completes; null: it is not kept any more. */
export function runHasCome(run: RunRecord | null): Come {
  if (run === null) return failed('the run is not kept any more');
  const { number, cancelReason, result } = run;
  if (result.state === 'completed') return reached;
  if (result.state === 'failed') return failed(result.reason ?? `run ${number} failed`);
  if (result.state === 'cancelled')
    return failed(`run ${number} was ended: ${result.reason ?? cancelReason}`);
  return waiting(result.reason ?? `run ${number} is ${result.state}`);
}

function jobHasCome(until: Until, { observation, newest, isScheduled }: Standing): Come {
  if (until === 'settled' && isScheduled) return reached;
  const reason = observation?.view.status_reason ?? null;
  if (newest === null) return waiting(reason ?? 'it has not been run yet');
  const come = runHasCome(newest);
  return come.state === 'waiting' ? waiting(reason ?? come.reason ?? 'it runs') : come;
}

/** The rollout says it: of any other revision than the declared one, it says nothing. */
function workerHasCome(until: Until, { record, observation }: Standing): Come {
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
      // Resumed since: the next look goes on with it.
      if (rollout.resumes !== record.resumes) return unseen;
      return failed(why ?? `${revision} failed, and its rollout is paused`);
    case 'failed':
      return failed(why ?? `${revision} did not come up`);
    default:
      return failed(`${why ?? `${revision} failed`}; back to revision ${rollout.from}`);
  }
}

function worksWhollyNow(
  until: Until,
  { replicas }: DeploymentRecord,
  { status, status_reason, ready_replicas, rollout }: ObservationRecord['view'],
): Come {
  // Scaled since: what was seen is of another number of replicas.
  if (rollout?.total !== replicas) return waiting(`${replicas} replicas have not been looked at yet`);
  const isWhole = until !== 'healthy' || (status_reason === null && ready_replicas >= replicas);
  return status === 'running' && isWhole ? reached : waiting(status_reason ?? `it is ${status}`);
}
