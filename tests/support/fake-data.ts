/** The data of the store in memory. Values are never changed in place, so that a shallow copy is a snapshot. */
import type { UserRecord } from '../../core/access/user.ts';
import type { ConfigRecord } from '../../core/config/config.ts';
import type { DeploymentRecord, RevisionRecord } from '../../core/deployment/record.ts';
import type { ObservedView } from '../../core/deployment/view.ts';
import type { EventView } from '../../core/event/event.ts';
import type { PulledImage } from '../../core/gc/store.ts';
import type { HealthRecord } from '../../core/health/record.ts';
import type { KeyRecord } from '../../core/idempotency/key.ts';
import type { Memory } from '../../core/reconcile/memory.ts';
import type { RunRecord } from '../../core/run/run.ts';
import type { SecretRecord } from '../../core/secret/secret.ts';

/** An observation; without a view where only memory was written so far. */
export interface FakeObservation {
  readonly view: ObservedView | null;
  readonly memory: Memory;
}

/** The lease's one row. */
export interface FakeLease {
  readonly holder: string | null;
  readonly fencing: number;
  readonly expiresAt: number;
}

/** What is kept of the key of a request, and whose claim it is. */
export interface FakeRequestKey extends Omit<KeyRecord, 'isUnderWay'> {
  readonly holder: string;
  readonly claim: object;
}

/** Everything stored, keyed by uid where nothing else is said. */
export interface FakeData {
  readonly installationId: string;
  /** Grows with every write that is not silent. */
  readonly changes: number;
  readonly deployments: Map<string, DeploymentRecord>;
  /** By {@link revisionKey}. */
  readonly revisions: Map<string, RevisionRecord>;
  readonly observations: Map<string, FakeObservation>;
  readonly events: Map<string, readonly EventView[]>;
  /** By the event's id: when it was told last. */
  readonly sequences: Map<string, number>;
  /** The last sequence of what is not kept any more, by uid. */
  readonly droppedOf: Map<string, number>;
  /** By user id. */
  readonly users: Map<string, UserRecord>;
  /** By token id: when the token would have ended. */
  readonly revocations: Map<string, number>;
  /** By config id. */
  readonly configs: Map<string, ConfigRecord>;
  /** By secret id. */
  readonly secrets: Map<string, SecretRecord>;
  /** By {@link revisionKey}, with the run's number. */
  readonly runs: Map<string, RunRecord>;
  /** By name. */
  readonly namespaces: Map<string, { readonly createdAt: string; readonly deletedAt: string | null }>;
  /** By container id. */
  readonly healthRecords: Map<string, HealthRecord>;
  /** When it was purged, ms since 1970. */
  readonly tombstones: Map<string, number>;
  /** By caller and key. */
  readonly requestKeys: Map<string, FakeRequestKey>;
  /** What Ring pulled, by image id. */
  readonly images: Map<string, PulledImage>;
  /** Bytes that the database could give back. */
  spareBytes: number;
  /** When garbage was last collected, ms since 1970. */
  gcRanAt: number | null;
  lease: FakeLease;
  /** When the runtime was last seen. */
  seenAt: string | null;
  lastEvent: number;
  lastSequence: number;
  droppedSequence: number;
  lastUser: number;
}

/** Nothing stored yet. */
export const makeFakeData = (): FakeData => ({
  installationId: 'fake-installation',
  changes: 0,
  deployments: new Map(),
  revisions: new Map(),
  observations: new Map(),
  events: new Map(),
  sequences: new Map(),
  droppedOf: new Map(),
  users: new Map(),
  revocations: new Map(),
  configs: new Map(),
  secrets: new Map(),
  runs: new Map(),
  namespaces: new Map(),
  healthRecords: new Map(),
  tombstones: new Map(),
  requestKeys: new Map(),
  images: new Map(),
  spareBytes: 0,
  gcRanAt: null,
  lease: { holder: null, fencing: 0, expiresAt: 0 },
  seenAt: null,
  lastEvent: 0,
  lastSequence: 0,
  droppedSequence: 0,
  lastUser: 0,
});

/** Runs work on a copy of the data that replaces it when all went well; silent work does not count as a change. */
export type Transact = <T>(
  work: (data: FakeData) => Promise<T>,
  options?: { readonly silent: boolean },
) => Promise<T>;

/** Names one revision. */
export const revisionKey = (uid: string, number: number): string => `${uid}/${number}`;

/** A value as it comes back from a database that keeps JSON texts. */
export const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value));
