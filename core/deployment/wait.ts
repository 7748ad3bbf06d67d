/** Waits until what is declared has come: looks, waits for a change, and looks again. What a look means: has-come.ts. */
import { RingError } from '../errors.ts';
import type { Changes } from '../event/changes.ts';
import { makeStop, type Stop } from '../log/stop.ts';
import type { Cache, Clock, Deployments } from '../ports.ts';
import type { RunRecord } from '../run/run.ts';
import type { Runs } from '../run/runs.ts';
import type { AbortSignalLike } from '../runtime.ts';
import { type Come, hasCome, runHasCome, type Standing } from './has-come.ts';
import type { Until, WaitView } from './wait-view.ts';

/** What waiting needs. */
export interface WaitPorts {
  readonly deployments: Deployments;
  readonly runs: Runs;
  readonly cache: Cache;
  readonly changes: Changes;
  readonly clock: Clock;
}

/** What is waited for, and for how long at most. */
export interface WaitQuery {
  /** Another deployment that is made under this id meanwhile is not it. */
  readonly id: string;
  readonly until: Until;
  readonly timeoutMs: number;
}

/** How a wait ended: what came of it, and how the deployment stood; null: it was gone, undefined: it could not be read. */
export interface Waited {
  readonly view: WaitView;
  readonly standing: Standing | null | undefined;
}

// However much is written, nobody looks more often than this: it is far less than anyone would notice.
const betweenLooksMs = 25;
const untilAnotherTryMs = 500;

/** Waits until a deployment stands as asked, cannot any more, or the time is up; or until one of the signals. Never rejects. */
export async function waitFor(
  query: WaitQuery,
  ports: WaitPorts,
  signals: readonly AbortSignalLike[],
): Promise<Waited> {
  let uid: string | null = null;
  let standing: Standing | null | undefined;
  const look = async (): Promise<Come> => {
    const found = await ports.cache.value(`standing/${query.id}`, () => standingOf(query.id, ports));
    uid ??= found?.record.uid ?? null;
    standing = found?.record.uid === uid ? found : null;
    return hasCome(query.until, standing);
  };
  const view = await untilCome(look, query, { ports, signals });
  return { view, standing };
}

/** The same for one run of a job, which comes when it has completed; the run as it stood, where it could be read. */
export async function waitForRun(
  { id, number, timeoutMs, until }: WaitQuery & { readonly number: number },
  ports: WaitPorts,
  signals: readonly AbortSignalLike[],
): Promise<{ readonly view: WaitView; readonly run: RunRecord | null }> {
  let run: RunRecord | null = null;
  const look = async (): Promise<Come> => {
    run = await ports.cache.value(`run/${id}/${number}`, async () => {
      const record = await ports.deployments.find(id);
      return record && ports.runs.find(record.uid, number);
    });
    return runHasCome(run);
  };
  const view = await untilCome(look, { until, timeoutMs }, { ports, signals });
  return { view, run };
}

async function untilCome(
  look: () => Promise<Come>,
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
      if (seen) reason = seen.come.reason;
      if (seen && seen.come.state !== 'waiting') return { until, outcome: seen.come.state, reason };
      if (isLast) return { until, outcome: 'timeout', reason };
      await clock.sleep(seen ? betweenLooksMs : untilAnotherTryMs, signal);
      if (seen) await changes.after(seen.position, signal);
    }
  } finally {
    stop();
  }
}

/** A signal that is given with the first of others, or by hand; after that none of them is listened to. */
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

/** What a look says and where it stood before; null where the database does not answer: what was asked for was done. */
async function lookOnce(
  look: () => Promise<Come>,
  changes: Changes,
): Promise<{ readonly come: Come; readonly position: string } | null> {
  try {
    // Read before the look: what is written in between is another position.
    const position = await changes.position();
    return { come: await look(), position };
  } catch (error) {
    if (error instanceof RingError && error.code === 'DATABASE_UNAVAILABLE') return null;
    throw error;
  }
}

async function standingOf(id: string, { deployments, runs }: WaitPorts): Promise<Standing | null> {
  const record = await deployments.find(id);
  if (record === null) return null;
  const { uid } = record;
  const observation = await deployments.observation(uid);
  if (record.kind !== 'job') return { record, observation, newest: null, isScheduled: false };
  const [newest = null] = await runs.list(uid, 1);
  const schedule = (await deployments.revision(uid, record.revision))?.spec.job?.schedule ?? null;
  return { record, observation, newest, isScheduled: schedule !== null };
}
