/**
 * Waits for a condition of a deployment: evaluates it, waits for a change, and evaluates it again (evaluate-wait.ts).
 */
import { RingError } from '../../errors.ts';
import type { Changes } from '../../event/changes.ts';
import { makeStop, type Stop } from '../../log/stop.ts';
import type { Cache, Clock, Deployments } from '../../ports.ts';
import type { RunRecord } from '../../run/run.ts';
import type { Runs } from '../../run/runs.ts';
import type { AbortSignalLike } from '../../runtime.ts';
import { type DeploymentState, type Evaluation, evaluateRunWait, evaluateWait } from './evaluate-wait.ts';
import type { Until, WaitView } from './wait-view.ts';

/** The ports that waiting needs. */
export interface WaitPorts {
  readonly deployments: Deployments;
  readonly runs: Runs;
  readonly cache: Cache;
  readonly changes: Changes;
  readonly clock: Clock;
}

/** The condition to wait for, and for how long at most. */
export interface WaitQuery {
  /** The uid of the deployment: another one created under this id meanwhile does not count. */
  readonly id: string;
  readonly until: Until;
  readonly timeoutMs: number;
}

/**
 * How a wait ended: the result, and the deployment at that time; null when it was gone, undefined when it could not be
 * read.
 */
export interface Waited {
  readonly view: WaitView;
  readonly standing: DeploymentState | null | undefined;
}

// The minimum time between looks, which bounds the load under many writes without a noticeable delay.
const betweenLooksMs = 25;
const untilAnotherTryMs = 500;

/**
 * Waits until a condition of a deployment is reached or cannot be reached any more, until the time is up, or until one
 * of the signals. Never rejects.
 */
export async function waitFor(
  query: WaitQuery,
  ports: WaitPorts,
  signals: readonly AbortSignalLike[],
): Promise<Waited> {
  let uid: string | null = null;
  let standing: DeploymentState | null | undefined;
  const look = async (): Promise<Evaluation> => {
    const found = await ports.cache.value(`standing/${query.id}`, () => standingOf(query.id, ports));
    uid ??= found?.record.uid ?? null;
    standing = found?.record.uid === uid ? found : null;
    return evaluateWait(query.until, standing);
  };
  const view = await waitUntil(look, query, { ports, signals });
  return { view, standing };
}

/** Waits in the same way for one run of a job to complete; returns the run, when it could be read. */
export async function waitForRun(
  { id, number, timeoutMs, until }: WaitQuery & { readonly number: number },
  ports: WaitPorts,
  signals: readonly AbortSignalLike[],
): Promise<{ readonly view: WaitView; readonly run: RunRecord | null }> {
  let run: RunRecord | null = null;
  const look = async (): Promise<Evaluation> => {
    run = await ports.cache.value(`run/${id}/${number}`, async () => {
      const record = await ports.deployments.find(id);
      return record && ports.runs.find(record.uid, number);
    });
    return evaluateRunWait(run);
  };
  const view = await waitUntil(look, { until, timeoutMs }, { ports, signals });
  return { view, run };
}

async function waitUntil(
  look: () => Promise<Evaluation>,
  { until, timeoutMs }: Pick<WaitQuery, 'until' | 'timeoutMs'>,
  { ports, signals }: { readonly ports: WaitPorts; readonly signals: readonly AbortSignalLike[] },
): Promise<WaitView> {
  const { changes, clock } = ports;
  const { signal, stop } = stopWith(signals);
  void clock.sleep(timeoutMs, signal).then(stop);
  let reason: string | null = null;
  try {
    for (;;) {
      const isLast = signal.aborted;
      const seen = await lookOnce(look, changes);
      if (seen) reason = seen.evaluation.reason;
      if (seen && seen.evaluation.state !== 'waiting')
        return { until, outcome: seen.evaluation.state, reason };
      if (isLast) return { until, outcome: 'timeout', reason };
      await clock.sleep(seen ? betweenLooksMs : untilAnotherTryMs, signal);
      if (seen) await changes.after(seen.position, signal);
    }
  } finally {
    stop();
  }
}

/** Makes a signal that is aborted with the first of the others, or by hand, which also removes its listeners. */
function stopWith(signals: readonly AbortSignalLike[]): Stop {
  const own = makeStop();
  const stop = () => {
    own.stop();
    for (const one of signals) one.removeEventListener('abort', stop);
  };
  for (const one of signals) one.addEventListener('abort', stop, { once: true });
  if (signals.some(({ aborted }) => aborted)) stop();
  return { signal: own.signal, stop };
}

/**
 * Returns one evaluation, and the position before it; null when the database does not answer, because the request
 * itself has succeeded.
 */
async function lookOnce(
  look: () => Promise<Evaluation>,
  changes: Changes,
): Promise<{ readonly evaluation: Evaluation; readonly position: string } | null> {
  try {
    // Read before the look, so that a write in between counts as a change.
    const position = await changes.position();
    return { evaluation: await look(), position };
  } catch (error) {
    if (error instanceof RingError && error.code === 'DATABASE_UNAVAILABLE') return null;
    throw error;
  }
}

async function standingOf(id: string, { deployments, runs }: WaitPorts): Promise<DeploymentState | null> {
  const record = await deployments.find(id);
  if (record === null) return null;
  const { uid } = record;
  const observation = await deployments.observation(uid);
  if (record.kind !== 'job') return { record, observation, newest: null, isScheduled: false };
  const [newest = null] = await runs.list(uid, 1);
  const schedule = (await deployments.revision(uid, record.revision))?.spec.job?.schedule ?? null;
  return { record, observation, newest, isScheduled: schedule !== null };
}
