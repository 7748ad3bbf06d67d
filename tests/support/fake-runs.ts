/** The store of runs in memory: the API's part and the recorder's. */
import { RingError } from '../../core/errors.ts';
import { isOver, type RunRecord } from '../../core/run/run.ts';
import type { Runs, RunsChange } from '../../core/run/runs.ts';
import { type FakeData, revisionKey, stored } from './fake-data.ts';

/** Where runs are read, and where they may be written. */
export interface FakeRunsSource {
  readonly read: () => Promise<FakeData>;
  /** INTERNAL outside of a write. */
  readonly open: () => Promise<FakeData>;
}

/** The runs of one deployment, newest first. */
export const runsOf = ({ runs }: FakeData, uid: string): readonly RunRecord[] =>
  [...runs.values()].filter((run) => run.uid === uid).sort((one, other) => other.number - one.number);

/** The Runs port on fake data. */
export const makeFakeRuns = ({ read, open }: FakeRunsSource): Runs => ({
  async find(uid, number) {
    return (await read()).runs.get(revisionKey(uid, number)) ?? null;
  },
  async list(uid, limit, before = Number.MAX_SAFE_INTEGER) {
    return runsOf(await read(), uid)
      .filter(({ number }) => number < before)
      .slice(0, limit);
  },
  async insert(run) {
    const data = await open();
    if (!data.deployments.has(run.uid)) throw new RingError('DEPLOYMENT_NOT_FOUND', 'Deployment not found');
    const number = (runsOf(data, run.uid)[0]?.number ?? 0) + 1;
    const record = { ...stored(run), number };
    data.runs.set(revisionKey(run.uid, number), record);
    return record;
  },
  async cancel(uid, numbers, reason) {
    const data = await open();
    const asked = runsOf(data, uid)
      .filter(({ number }) => numbers === null || numbers.includes(number))
      .filter((run) => askToEnd(data, run, reason));
    return asked.map(({ number }) => number).reverse();
  },
  async movePending(uid, { from, to }) {
    const data = await open();
    for (const run of runsOf(data, uid)) {
      if (run.revision !== from || run.result.state !== 'pending') continue;
      data.runs.set(revisionKey(uid, run.number), { ...run, revision: to });
    }
  },
});

function askToEnd(data: FakeData, run: RunRecord | undefined, reason: string): boolean {
  if (!run || isOver(run) || run.cancelReason !== null) return false;
  data.runs.set(revisionKey(run.uid, run.number), { ...run, cancelReason: reason });
  return true;
}

/** Writes what was found out about the runs of a deployment. */
export function changeRuns(data: FakeData, uid: string, change: RunsChange): void {
  const { runs } = data;
  for (const { number, result } of change.results) {
    const run = runs.get(revisionKey(uid, number));
    if (run) runs.set(revisionKey(uid, number), { ...run, result: stored(result) });
  }
  for (const { number, reason } of change.cancelled) {
    askToEnd(data, runs.get(revisionKey(uid, number)), reason);
  }
  for (const added of change.added) {
    const isTaken = runsOf(data, uid).some(
      (run) =>
        run.number === added.number || (run.scheduledAt !== null && run.scheduledAt === added.scheduledAt),
    );
    if (!isTaken) runs.set(revisionKey(uid, added.number), stored(added));
  }
  for (const number of change.dropped) {
    const run = runs.get(revisionKey(uid, number));
    if (run && isOver(run)) runs.delete(revisionKey(uid, number));
  }
}
