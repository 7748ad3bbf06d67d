/** The database part of garbage collection in memory. A test sets its disk space. */
import type { GcStore, OldRecords, PulledImage, RecordLimits } from '../../core/gc/store.ts';
import type { FakeData, Transact } from './fake-data.ts';
import { dropFakeEvents } from './fake-events.ts';

/** What it needs of the fake database. */
export interface FakeHouseSource {
  readonly read: () => Promise<FakeData>;
  readonly transact: Transact;
  readonly now: () => number;
  /** LEASE_LOST unless it is held. */
  readonly holds: (data: FakeData, lease: { readonly fencing: number }) => void;
}

const dayMs = 24 * 60 * 60 * 1000;
const atOnce = 500;

/** The GcStore port on fake data. */
export function makeFakeGcStore({ read, transact, now, holds }: FakeHouseSource): GcStore {
  const silent = { silent: true };
  return {
    async pulled() {
      return [...(await read()).images.values()].sort((a, b) => (a.imageId < b.imageId ? -1 : 1));
    },
    async needed() {
      return [...(await read()).revisions.values()].map(({ spec, pin }) => ({
        image: pin?.imageId ?? spec.image,
        imageId: pin?.imageId ?? null,
      }));
    },
    notePulled: ({ imageId, names, pulledAt }) =>
      transact(async ({ images }) => {
        const known = images.get(imageId);
        const all = [...new Set([...(known?.names ?? []), ...names])].sort();
        const noted = { imageId, names: all, pulledAt: known?.pulledAt ?? pulledAt, unusedSince: null };
        images.set(imageId, noted);
      }, silent),
    noteUnused: (lease, changes) =>
      transact(async (data) => {
        holds(data, lease);
        for (const { imageId, unusedSince } of changes) {
          const known: PulledImage | undefined = data.images.get(imageId);
          if (known) data.images.set(imageId, { ...known, unusedSince });
        }
      }, silent),
    forget: (lease, imageIds) =>
      transact(async (data) => {
        holds(data, lease);
        for (const imageId of imageIds) data.images.delete(imageId);
      }, silent),
    async countOld(limits) {
      const data = await read();
      const count = (of: OldRecords) => oldOf(data, of, { ...limits, now: now() }).length;
      return {
        events: count('events'),
        health_checks: count('health_checks'),
        revocations: count('revocations'),
        tombstones: count('tombstones'),
        request_keys: count('request_keys'),
      };
    },
    dropOld: (lease, of, limits) =>
      transact(async (data) => {
        holds(data, lease);
        const old = oldOf(data, of, { ...limits, now: now() }).slice(0, atOnce);
        for (const drop of old) drop();
        return old.length;
      }, silent),
    async sizeBytes() {
      return (await read()).spareBytes + 4096;
    },
    async spareBytes() {
      return (await read()).spareBytes;
    },
    giveBack: () =>
      transact(async (data) => {
        const given = Math.min(data.spareBytes, 2 * 1024 * 1024);
        data.spareBytes -= given;
        return given;
      }, silent),
    async keptAt() {
      return (await read()).gcRanAt;
    },
    noteRan: (lease, atMs) =>
      transact(async (data) => {
        holds(data, lease);
        data.gcRanAt = atMs;
      }, silent),
  };
}

/** What is old, each as the way to drop it. */
function oldOf(
  data: FakeData,
  of: OldRecords,
  { now, historyAgeMs, eventsKept }: RecordLimits & { now: number },
): readonly (() => void)[] {
  const outOf = <Key, Value>(map: Map<Key, Value>, isOld: (value: Value) => boolean) =>
    [...map]
      .filter(([, value]) => isOld(value))
      .map(
        ([key]) =>
          () =>
            void map.delete(key),
      );
  switch (of) {
    case 'events':
      return [...data.events].flatMap(([uid, events]) =>
        events
          .filter(
            ({ last_seen }, index) =>
              Date.parse(last_seen) < now - historyAgeMs || index < events.length - eventsKept,
          )
          .map((old) => () => dropFakeEvents(data, uid, [old])),
      );
    case 'health_checks':
      return outOf(data.healthRecords, ({ endedAt }) => endedAt !== null && endedAt <= now - dayMs);
    case 'revocations':
      return outOf(data.revocations, (expiresAt) => expiresAt <= now);
    case 'tombstones':
      return outOf(data.tombstones, (purgedAt) => purgedAt <= now - 30 * dayMs);
    case 'request_keys':
      return outOf(data.requestKeys, ({ claimedAt }) => claimedAt <= now - dayMs);
  }
}
