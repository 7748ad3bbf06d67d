/** The records of health checks in memory. */
import type { HealthRecord, HealthRecords } from '../../core/health/record.ts';
import { type FakeData, stored, type Transact } from './fake-data.ts';

const endedKeptMs = 24 * 60 * 60 * 1000;

/** What they need of the fake database. */
export interface FakeHealthSource {
  readonly read: () => Promise<FakeData>;
  readonly transact: Transact;
  readonly now: () => number;
}

/** The HealthRecords port on fake data. */
export const makeFakeHealthRecords = ({ read, transact, now }: FakeHealthSource): HealthRecords => ({
  async all() {
    return [...(await read()).healthRecords.values()].filter(({ endedAt }) => endedAt === null);
  },
  async of(uid) {
    return [...(await read()).healthRecords.values()].filter((one) => one.uid === uid).sort(inOrder);
  },
  save: (records) =>
    transact(
      async ({ healthRecords, deployments }) => {
        const longAgo = now() - endedKeptMs;
        forget(healthRecords, ({ endedAt }) => endedAt !== null && endedAt <= longAgo);
        const written = records.filter(({ uid }) => deployments.has(uid)).map(stored);
        for (const record of written) healthRecords.set(record.instanceId, record);
        for (const record of written) forget(healthRecords, (one) => isEarlierEnd(one, record));
      },
      { silent: true },
    ),
});

function forget(all: Map<string, HealthRecord>, isOver: (record: HealthRecord) => boolean): void {
  for (const [id, record] of all) if (isOver(record)) all.delete(id);
}

const inOrder = (a: HealthRecord, b: HealthRecord): number =>
  a.slot - b.slot ||
  (a.endedAt ?? Number.MAX_SAFE_INTEGER) - (b.endedAt ?? Number.MAX_SAFE_INTEGER) ||
  (a.instanceId < b.instanceId ? -1 : 1);

const isEarlierEnd = (one: HealthRecord, latest: HealthRecord): boolean =>
  one.uid === latest.uid &&
  one.slot === latest.slot &&
  one.instanceId !== latest.instanceId &&
  one.endedAt !== null &&
  latest.endedAt !== null &&
  one.endedAt <= latest.endedAt;
