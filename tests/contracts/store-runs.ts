/** Runs of jobs: numbered in the order they were asked for, asked to end from one side, written about from the other. */
import { describe, expect, test } from 'vitest';
import type { RunRecord, RunResult } from '../../core/run/run.ts';
import type { RunsChange } from '../../core/run/runs.ts';
import { aDeployment, aRecording, aRevision, aRunRecord, madeAt } from '../support/records.ts';
import { type Harness, holdLease, insertAll } from './store-harness.ts';

const job = aDeployment({ kind: 'job' });
const uid = job.uid;
const running: RunResult = {
  state: 'running',
  startedAt: madeAt,
  finishedAt: null,
  reason: null,
  parts: [
    {
      index: 0,
      attempts: 2,
      outcome: null,
      exitCode: 3,
      startedAt: madeAt,
      finishedAt: null,
      reason: 'it ended with exit code 3',
    },
  ],
};
const completed: RunResult = { ...running, state: 'completed', finishedAt: madeAt };
const manual = aRunRecord({ cause: 'manual', completions: 3, sealed: 'sealed', revision: 2 });
const nightly = (number: number, scheduledAt: string): RunRecord =>
  aRunRecord({ number, cause: 'schedule', author: '', scheduledAt });

const aChange = (changes: Partial<RunsChange>): RunsChange => ({
  results: [],
  added: [],
  cancelled: [],
  dropped: [],
  ...changes,
});

async function openWithJob(harness: Harness) {
  const store = await harness().open();
  await insertAll(store, job);
  const insert = ({ number: _, ...run }: RunRecord) => store.write(({ runs }) => runs.insert(run));
  const cancel = (numbers: readonly number[] | null, reason: string) =>
    store.write(({ runs }) => runs.cancel(uid, numbers, reason));
  const lease = await holdLease(store);
  const record = (runs: RunsChange) => store.reconciler.record(lease, [aRecording({ uid, runs })]);
  return { store, insert, cancel, record };
}

/** Of runs. */
export const storeKeepsRuns = (harness: Harness) =>
  describe('runs', () => {
    test('are numbered from 1, and read newest first', async () => {
      const { store, insert } = await openWithJob(harness);
      expect(await insert(aRunRecord())).toEqual(aRunRecord());
      const second = { ...manual, number: 2 };
      expect(await insert(manual)).toEqual(second);
      expect(await insert(aRunRecord())).toEqual(aRunRecord({ number: 3 }));
      const { runs } = store.stores;
      expect(await runs.list(uid, 2)).toEqual([aRunRecord({ number: 3 }), second]);
      expect(await runs.list('uid-other', 2)).toEqual([]);
      expect(await runs.find(uid, 2)).toEqual(second);
      expect(await runs.find(uid, 4)).toBeNull();
    });

    test('are of deployments that are there', async () => {
      const { insert } = await openWithJob(harness);
      await expect(insert(aRunRecord({ uid: 'uid-other' }))).rejects.toMatchObject({
        code: 'DEPLOYMENT_NOT_FOUND',
      });
    });

    test('are asked to end once, and only while something may become of them', async () => {
      const { store, insert, cancel, record } = await openWithJob(harness);
      for (const run of [aRunRecord(), aRunRecord(), aRunRecord()]) await insert(run);
      await record(aChange({ results: [{ number: 1, result: completed }] }));
      expect(await cancel([1, 2, 9], 'by hand')).toEqual([2]);
      expect(await cancel(null, 'all of them')).toEqual([3]);
      expect(await store.stores.runs.list(uid, 9)).toEqual([
        aRunRecord({ number: 3, cancelReason: 'all of them' }),
        aRunRecord({ number: 2, cancelReason: 'by hand' }),
        aRunRecord({ number: 1, result: completed }),
      ]);
    });

    test('are given another revision while they are pending, and only those of one revision', async () => {
      const { store, insert, record } = await openWithJob(harness);
      for (const run of [aRunRecord(), aRunRecord(), aRunRecord(), manual]) await insert(run);
      await record(
        aChange({
          results: [
            { number: 1, result: completed },
            { number: 2, result: running },
          ],
        }),
      );
      const before = await store.reconciler.desired();
      await store.write(({ runs }) => runs.movePending(uid, { from: 1, to: 3 }));
      await store.write(({ runs }) => runs.movePending('uid-other', { from: 2, to: 3 }));
      const revisions = (await store.stores.runs.list(uid, 9)).map(({ revision }) => revision);
      expect(revisions).toEqual([2, 3, 1, 1]);
      expect(await store.reconciler.desired()).not.toBe(before);
    });

    test('keep what was asked of them when their result is written', async () => {
      const { store, insert, cancel, record } = await openWithJob(harness);
      await insert(manual);
      await cancel(null, 'by hand');
      await record(aChange({ results: [{ number: 1, result: running }] }));
      expect(await store.stores.runs.find(uid, 1)).toEqual({
        ...manual,
        cancelReason: 'by hand',
        result: running,
      });
    });

    test('of a schedule are added once for each instant', async () => {
      const { store, insert, record } = await openWithJob(harness);
      await insert(aRunRecord());
      const [first, second] = ['2024-02-01T00:00:00.000Z', '2024-02-02T00:00:00.000Z'];
      await record(aChange({ added: [nightly(2, first)] }));
      await record(aChange({ added: [nightly(3, first), nightly(2, second)] }));
      expect(await store.stores.runs.list(uid, 9)).toEqual([nightly(2, first), aRunRecord()]);
      await record(aChange({ added: [nightly(3, second)] }));
      expect(await store.stores.runs.list(uid, 1)).toEqual([nightly(3, second)]);
    });

    test('are asked to end in favour of others', async () => {
      const { store, insert, cancel, record } = await openWithJob(harness);
      for (const run of [aRunRecord(), aRunRecord(), aRunRecord()]) await insert(run);
      await cancel([2], 'by hand');
      await record(
        aChange({
          results: [{ number: 1, result: completed }],
          cancelled: [1, 2, 3].map((number) => ({ number, reason: 'another one is due' })),
        }),
      );
      expect((await store.stores.runs.list(uid, 9)).map(({ cancelReason }) => cancelReason)).toEqual([
        'another one is due',
        'by hand',
        null,
      ]);
    });

    test('are forgotten when they are over, and never before', async () => {
      const { store, insert, record } = await openWithJob(harness);
      await insert(aRunRecord());
      await insert(aRunRecord());
      await record(aChange({ results: [{ number: 1, result: completed }] }));
      await record(aChange({ dropped: [1, 2] }));
      expect(await store.stores.runs.list(uid, 9)).toEqual([aRunRecord({ number: 2 })]);
      expect(await insert(aRunRecord())).toEqual(aRunRecord({ number: 3 }));
    });

    test('are planned from, with the revisions that those need which are not over', async () => {
      const { store, insert, record } = await openWithJob(harness);
      for (let number = 2; number <= 12; number += 1) {
        const revision = aRevision({ number });
        await store.write(({ deployments }) => deployments.addRevision(revision));
        if (number === 2) await insert(manual);
      }
      const now = { ...job, revision: 12, generation: 2 };
      await store.write(({ deployments }) => deployments.update(now, 1));
      const second = aRevision({ number: 2 });
      expect(await store.reconciler.desired()).toMatchObject([{ older: [second], runs: [manual] }]);
      const over = { ...manual, result: completed };
      await record(aChange({ results: [{ number: 1, result: completed }] }));
      expect(await store.reconciler.desired()).toMatchObject([{ older: [], runs: [over] }]);
      expect(await store.reconciler.find(uid)).toMatchObject({ older: [], runs: [over] });
    });

    test('make a deployment be read again', async () => {
      const { store, insert, cancel } = await openWithJob(harness);
      const runs = async () => (await store.reconciler.desired())[0]?.runs;
      expect(await runs()).toEqual([]);
      await insert(aRunRecord());
      expect(await runs()).toEqual([aRunRecord()]);
      await cancel(null, 'by hand');
      expect(await runs()).toEqual([aRunRecord({ cancelReason: 'by hand' })]);
    });

    test('go with their deployment', async () => {
      const { store, insert } = await openWithJob(harness);
      await insert(aRunRecord());
      const deleted = { ...job, generation: 2, deletedAt: madeAt };
      await store.write(({ deployments }) => deployments.update(deleted, 1));
      await store.reconciler.releaseLease({ fencing: 1 });
      const lease = await holdLease(store);
      const runs = aChange({ results: [{ number: 1, result: completed }] });
      await store.reconciler.record(lease, [aRecording({ uid, generation: 2, runs, purge: true })]);
      expect(await store.stores.runs.list(uid, 9)).toEqual([]);
    });
  });
