/** The database port of garbage collection, implemented by adapters. What is removed is decided in plan.ts. */
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
  /** The image as the user wrote it. */
  readonly image: string;
  /** The id it was resolved to; null before that. */
  readonly imageId: string | null;
}

/** The kinds of records that are removed once they are old. */
export type OldRecords = 'events' | 'health_checks' | 'revocations' | 'tombstones' | 'request_keys';

/** The number of records of each kind. */
export type RecordCounts = Readonly<Record<OldRecords, number>>;

/** How many records are kept, and for how long. */
export interface RecordLimits {
  /** The number of events kept for one deployment. */
  readonly eventsKept: number;
  /** The age up to which records are kept, ms, counted from when they were last seen. */
  readonly historyAgeMs: number;
}

/** The database's side of garbage collection. Methods that take a lease reject with LEASE_LOST if it is not held. */
export interface GcStore {
  /** All images that Ring pulled, by image id. */
  pulled(): Promise<readonly PulledImage[]>;
  /**
   * The images that the kept revisions of all deployments need, including deleted deployments until they are purged.
   */
  needed(): Promise<readonly NeededImage[]>;
  /**
   * Notes what a pull brought; the names are added to those already known. An image that is needed again counts as
   * never unused.
   */
  notePulled(image: Omit<PulledImage, 'unusedSince'>): Promise<void>;
  noteUnused(lease: Lease, images: readonly Pick<PulledImage, 'imageId' | 'unusedSince'>[]): Promise<void>;
  /** Forgets images that Ring is no longer responsible for. */
  forget(lease: Lease, imageIds: readonly string[]): Promise<void>;
  /** Counts the records of each kind beyond the limits, by age or number. */
  countOld(limits: RecordLimits): Promise<RecordCounts>;
  /**
   * Removes some of the old records of one kind, few enough not to delay other work; returns how many. 0: none are
   * left.
   */
  dropOld(lease: Lease, of: OldRecords, limits: RecordLimits): Promise<number>;
  /** The size of the database on disk, bytes, including unused space. */
  sizeBytes(): Promise<number>;
  /** The unused disk space of the database, bytes; 0 where it is too little to be worth returning. */
  spareBytes(): Promise<number>;
  /**
   * Returns some unused space to the disk, little enough not to delay other work; returns the bytes freed. 0: none is
   * left.
   */
  giveBack(): Promise<number>;
  /** When garbage was last collected, ms since 1970; null: never. */
  keptAt(): Promise<number | null>;
  noteRan(lease: Lease, atMs: number): Promise<void>;
}
