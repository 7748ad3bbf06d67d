/** What garbage collection asks of the database. Adapters implement it; which of it goes is decided in plan.ts. */
import type { Lease } from '../ports.ts';

/** An image that Ring itself brought to the engine. */
export interface PulledImage {
  readonly imageId: string;
  /** The names under which Ring brought it, as the engine spells them. */
  readonly names: readonly string[];
  readonly pulledAt: string;
  /** Since when nothing is known to need it; null while something does. */
  readonly unusedSince: string | null;
}

/** An image that a kept revision of some deployment needs. */
export interface NeededImage {
  /** As the user wrote it. */
  readonly image: string;
  /** What it was resolved to; null before that. */
  readonly imageId: string | null;
}

/** Records that grow old. */
export type OldRecords = 'events' | 'health_checks' | 'revocations' | 'tombstones' | 'request_keys';

/** How many of each. */
export type RecordCounts = Readonly<Record<OldRecords, number>>;

/** What is kept of records. */
export interface RecordLimits {
  /** Of one deployment. */
  readonly eventsKept: number;
  /** ms; what was last seen earlier goes. */
  readonly historyAgeMs: number;
}

/** The database's side of garbage collection. Whatever takes something away does so under the lease: LEASE_LOST without. */
export interface GcStore {
  /** What Ring pulled, by image id. */
  pulled(): Promise<readonly PulledImage[]>;
  /** What the kept revisions of all deployments need, those of deleted ones included until they are gone. */
  needed(): Promise<readonly NeededImage[]>;
  /** Notes what a pull brought; names are added to those known. What is needed again counts as never unused. */
  notePulled(image: Omit<PulledImage, 'unusedSince'>): Promise<void>;
  noteUnused(lease: Lease, images: readonly Pick<PulledImage, 'imageId' | 'unusedSince'>[]): Promise<void>;
  /** These images are no longer Ring's to care for. */
  forget(lease: Lease, imageIds: readonly string[]): Promise<void>;
  /** How many records are older, or more, than is kept. */
  countOld(limits: RecordLimits): Promise<RecordCounts>;
  /** Removes some of them, few enough to keep nobody waiting; how many. 0: none are left. */
  dropOld(lease: Lease, of: OldRecords, limits: RecordLimits): Promise<number>;
  /** Bytes of the disk that the database holds, those that it does not use included. */
  sizeBytes(): Promise<number>;
  /** Bytes of the disk that are worth giving back; 0 where it is not worth the work. */
  spareBytes(): Promise<number>;
  /** Gives some of them back, few enough to keep nobody waiting; how many bytes. 0: nothing is left to give. */
  giveBack(): Promise<number>;
  /** When garbage was last collected, ms since 1970; null: never. */
  keptAt(): Promise<number | null>;
  noteRan(lease: Lease, atMs: number): Promise<void>;
}
