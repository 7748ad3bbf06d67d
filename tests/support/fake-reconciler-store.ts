/** The reconciler's part of the store in memory: lease, desired state, recording. */
import { unobserved } from '../../core/deployment/detail.ts';
import type { RevisionRecord } from '../../core/deployment/record.ts';
import type { ObservedView } from '../../core/deployment/view.ts';
import { RingError } from '../../core/errors.ts';
import type { Desired, Lease, ReconcilerStore, Recording } from '../../core/ports.ts';
import { isOver, type RunRecord } from '../../core/run/run.ts';
import { type FakeData, revisionKey, stored, type Transact } from './fake-data.ts';
import { addEvents, dropFakeEvents } from './fake-events.ts';
import { sweepFakeNamespaces } from './fake-namespaces.ts';
import { changeRuns, runsOf } from './fake-runs.ts';
import { secretsNamed } from './fake-secrets.ts';

/** What the reconciler's side needs of the fake database. */
export interface FakeReconcilerSource {
  readonly read: () => Promise<FakeData>;
  readonly transact: Transact;
  readonly now: () => number;
  readonly holder: string;
  readonly isHolderDead: (holder: string) => boolean;
}

const tombstoneKeptMs = 30 * 24 * 60 * 60 * 1000;

/** Makes the check that a holder still has a lease. */
export const holdsLease =
  (holder: string) =>
  (data: FakeData, lease: Lease): void => {
    const current = data.lease;
    if (current.fencing !== lease.fencing || current.holder !== holder)
      throw new RingError('LEASE_LOST', 'Another reconciler holds the lease');
  };

/** The reconciler's store on fake data. */
export function makeFakeReconcilerStore(source: FakeReconcilerSource): ReconcilerStore {
  const { read, transact, now, holder } = source;
  const silently = { silent: true };
  let known: { readonly changes: number; readonly desired: readonly Desired[] } | null = null;

  const holds = holdsLease(holder);

  return {
    acquireLease: (ttlMs) =>
      transact(async (data) => {
        const current = data.lease;
        const free =
          current.holder === null || current.expiresAt <= now() || source.isHolderDead(current.holder);
        if (!free) return null;
        data.lease = { holder, fencing: current.fencing + 1, expiresAt: now() + ttlMs };
        return { fencing: data.lease.fencing };
      }, silently),
    renewLease: (lease, ttlMs) =>
      transact(async (data) => {
        holds(data, lease);
        data.lease = { ...data.lease, expiresAt: now() + ttlMs };
      }, silently),
    releaseLease: (lease) =>
      transact(async (data) => {
        const current = data.lease;
        if (current.fencing === lease.fencing && current.holder === holder)
          data.lease = { ...current, holder: null, expiresAt: 0 };
      }, silently),
    async desired() {
      const data = await read();
      if (known?.changes !== data.changes) known = { changes: data.changes, desired: desiredOf(data) };
      return known.desired;
    },
    async find(uid) {
      return desiredOf(await read()).find(({ record }) => record.uid === uid) ?? null;
    },
    async isTombstone(uid) {
      return (await read()).tombstones.has(uid);
    },
    async secrets(namespace, names) {
      return secretsNamed(await read(), namespace, names);
    },
    async configs(namespace, names) {
      return [...(await read()).configs.values()]
        .filter((one) => one.namespace === namespace && names.includes(one.name))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    record: (lease, recordings, observedAt = null) =>
      transact(async (data) => {
        holds(data, lease);
        for (const recording of recordings) recordOne(data, recording, now());
        if (observedAt !== null) data.seenAt = observedAt;
      }),
    noteObserved: (lease, at) =>
      transact(async (data) => {
        holds(data, lease);
        data.seenAt = at;
      }, silently),
    pinImage: (lease, uid, ...[number, pin]) =>
      transact(async (data) => {
        holds(data, lease);
        const revision = data.revisions.get(revisionKey(uid, number));
        if (revision) data.revisions.set(revisionKey(uid, number), { ...revision, pin: stored(pin) });
      }),
  };
}

function desiredOf(data: FakeData): readonly Desired[] {
  return [...data.deployments.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((record) => {
      const revision = data.revisions.get(revisionKey(record.uid, record.revision));
      const kept = data.observations.get(record.uid);
      const observation = kept ? { view: kept.view ?? unobserved, memory: kept.memory } : null;
      const number = observation?.memory.stable ?? null;
      const proved = number === null ? null : data.revisions.get(revisionKey(record.uid, number));
      const stable = number === record.revision ? null : (proved ?? null);
      const runs = record.kind === 'job' ? runsOf(data, record.uid) : [];
      const older = olderRevisions(data, runs, [revision?.number, stable?.number]);
      return revision ? [{ record, revision, stable, older, runs, observation }] : [];
    });
}

/** What runs need that are not over, besides what is known already; newest first. */
function olderRevisions(
  data: FakeData,
  runs: readonly RunRecord[],
  known: readonly (number | undefined)[],
): readonly RevisionRecord[] {
  const needed = runs.filter((run) => !isOver(run) && !known.includes(run.revision));
  const found = needed.map(({ uid, revision }) => data.revisions.get(revisionKey(uid, revision)));
  return [...new Set(found)].flatMap((one) => one ?? []).sort((one, other) => other.number - one.number);
}

function recordOne(data: FakeData, recording: Recording, nowMs: number): void {
  const { uid, generation, observation, events, runs, purge } = recording;
  const record = data.deployments.get(uid);
  if (!record) return;
  const planned = record.generation === generation;
  if (purge && planned && record.deletedAt !== null) {
    purgeOne(data, uid, nowMs);
    return;
  }
  if (observation) {
    const before = data.observations.get(uid)?.view ?? null;
    const view = planned ? lastSeen(stored(observation.view), before, data.seenAt) : before;
    data.observations.set(uid, { view, memory: stored(observation.memory) });
  }
  if (runs) changeRuns(data, uid, runs);
  addEvents(data, events);
}

/** A deployment that becomes unknown was last seen when its runtime was. */
function lastSeen(view: ObservedView, before: ObservedView | null, seenAt: string | null): ObservedView {
  const becomesUnknown = view.status === 'unknown' && before !== null && before.status !== 'unknown';
  if (!becomesUnknown || seenAt === null) return view;
  return view.observed_at === null || seenAt > view.observed_at ? { ...view, observed_at: seenAt } : view;
}

function purgeOne(data: FakeData, uid: string, nowMs: number): void {
  dropFakeEvents(data, uid, data.events.get(uid) ?? []);
  data.deployments.delete(uid);
  data.observations.delete(uid);
  data.events.delete(uid);
  for (const [id, kept] of data.healthRecords) if (kept.uid === uid) data.healthRecords.delete(id);
  for (const { number } of runsOf(data, uid)) data.runs.delete(revisionKey(uid, number));
  for (const key of data.revisions.keys()) if (key.startsWith(`${uid}/`)) data.revisions.delete(key);
  for (const [old, at] of data.tombstones) if (at <= nowMs - tombstoneKeptMs) data.tombstones.delete(old);
  data.tombstones.set(uid, nowMs);
  sweepFakeNamespaces(data);
}
