/** What is kept of the checks of one instance: it outlives the process of Ring, and the container by a while. */
import type { Answer } from './answer.ts';
import type { Judged } from './verdict.ts';

/** What is kept of one check: how it stands, and the last answers, the newest last. */
export interface CheckRecord extends Judged {
  readonly answers: readonly Answer[];
}

/** What is kept of one instance. Times are ms since 1970. */
export interface HealthRecord {
  readonly uid: string;
  /** The deployment's name. */
  readonly name: string;
  readonly slot: number;
  /** The container's id. */
  readonly instanceId: string;
  readonly containerName: string;
  /** When the process began that the states speak of. */
  readonly startedAt: number | null;
  /** When it was last watched; null while it is. */
  readonly endedAt: number | null;
  readonly checks: readonly CheckRecord[];
}

/** What is kept of health checks. Writing it counts as no change: nothing that is listed or planned depends on it. */
export interface HealthRecords {
  /** Of every instance that is watched, as far as is known. */
  all(): Promise<readonly HealthRecord[]>;
  /** Of one deployment's instances, those that ended included: by slot, the oldest ends first, the watched last. */
  of(uid: string): Promise<readonly HealthRecord[]>;
  /**
   * Writes records, each in the place of its instance's, all or nothing. Of those that ended the latest of each slot
   * is kept, for a day. Those of deployments that are gone are dropped.
   */
  save(records: readonly HealthRecord[]): Promise<void>;
}
