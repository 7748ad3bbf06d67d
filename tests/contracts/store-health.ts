/** What is kept of health checks: beside everything else, so that writing it disturbs nobody. */
import { describe, expect, test } from 'vitest';
import { aCheckRecord, aFailure, aHealthRecord, anAnswer } from '../support/health.ts';
import { aDeployment, aRecording } from '../support/records.ts';
import { type Harness, holdLease, insertAll } from './store-harness.ts';

const day = 24 * 60 * 60 * 1000;

async function openWithWeb(harness: Harness, now?: () => number) {
  const store = await harness().open(now ? { now } : {});
  await insertAll(store, aDeployment(), aDeployment({ name: 'api' }));
  return store;
}

/** Of the results of health checks. */
export const storeKeepsHealth = (harness: Harness): void => {
  describe('health records', () => {
    test('come back as they were written, to this process and another', async () => {
      const store = await openWithWeb(harness);
      const answers = [anAnswer(), aFailure({ excerpt: `'; "\\ \u{1F600} ü\n` })];
      const record = aHealthRecord({ checks: [aCheckRecord({ answers }), aCheckRecord()] });
      await store.healthRecords.save([record]);
      const other = await harness().open();
      expect(await store.healthRecords.all()).toEqual([record]);
      expect(await other.healthRecords.of('uid-web')).toEqual([record]);
      expect(await other.healthRecords.of('uid-api')).toEqual([]);
    });

    test('take the place of what was kept of the same instance', async () => {
      const { healthRecords } = await openWithWeb(harness);
      const later = aHealthRecord({ checks: [aCheckRecord({ answers: [anAnswer()] })] });
      await healthRecords.save([aHealthRecord()]);
      await healthRecords.save([later]);
      expect(await healthRecords.of('uid-web')).toEqual([later]);
    });

    test('are listed by slot, those that ended before those that are watched', async () => {
      const { healthRecords } = await openWithWeb(harness, () => 2);
      const watched = aHealthRecord({ instanceId: 'a' });
      const ended = aHealthRecord({ instanceId: 'b', endedAt: 1 });
      const next = aHealthRecord({ instanceId: '0', slot: 1 });
      await healthRecords.save([next, watched, ended]);
      expect(await healthRecords.of('uid-web')).toEqual([ended, watched, next]);
      expect((await healthRecords.all()).map(({ instanceId }) => instanceId).sort()).toEqual(['0', 'a']);
    });

    test('of instances that ended are kept for the latest of each slot', async () => {
      const { healthRecords } = await openWithWeb(harness, () => 10);
      const one = aHealthRecord({ instanceId: 'one', endedAt: 1 });
      const two = aHealthRecord({ instanceId: 'two', endedAt: 2 });
      const beside = aHealthRecord({ instanceId: 'beside', slot: 1, endedAt: 1 });
      const foreign = aHealthRecord({ instanceId: 'foreign', uid: 'uid-api', endedAt: 1 });
      await healthRecords.save([two, beside, foreign, one]);
      expect(await healthRecords.of('uid-web')).toEqual([two, beside]);
      const three = aHealthRecord({ instanceId: 'three', endedAt: 3 });
      await healthRecords.save([three]);
      expect(await healthRecords.of('uid-web')).toEqual([three, beside]);
      expect(await healthRecords.of('uid-api')).toEqual([foreign]);
    });

    test('of instances that ended are kept for a day', async () => {
      let now = 1_700_000_000_000;
      const { healthRecords } = await openWithWeb(harness, () => now);
      await healthRecords.save([aHealthRecord({ endedAt: now })]);
      now += day - 1;
      await healthRecords.save([]);
      expect(await healthRecords.of('uid-web')).toHaveLength(1);
      now += 1;
      await healthRecords.save([]);
      expect(await healthRecords.of('uid-web')).toEqual([]);
    });

    test('leave what is desired as it is', async () => {
      const { healthRecords, reconciler } = await openWithWeb(harness);
      const desired = await reconciler.desired();
      await healthRecords.save([aHealthRecord()]);
      expect(await reconciler.desired()).toBe(desired);
    });

    test('of a deployment that is gone are dropped, and go with it', async () => {
      const store = await openWithWeb(harness);
      const { healthRecords, reconciler, write } = store;
      await healthRecords.save([aHealthRecord(), aHealthRecord({ uid: 'uid-gone', instanceId: 'gone' })]);
      expect(await healthRecords.all()).toHaveLength(1);
      const deletedAt = '2024-02-01T00:00:00.000Z';
      await write(({ deployments }) => deployments.update(aDeployment({ generation: 2, deletedAt }), 1));
      const lease = await holdLease(store);
      await reconciler.record(lease, [aRecording({ generation: 2, observation: null, purge: true })]);
      expect(await healthRecords.of('uid-web')).toEqual([]);
      expect(await healthRecords.all()).toEqual([]);
    });

    test('are written by the hundred', async () => {
      const { healthRecords } = await openWithWeb(harness);
      const records = Array.from({ length: 300 }, (_, slot) =>
        aHealthRecord({ slot, instanceId: `c-${slot}` }),
      );
      await healthRecords.save(records);
      expect(await healthRecords.of('uid-web')).toEqual(records);
    });
  });
};
