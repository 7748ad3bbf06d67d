/**
 * What is stored about the checks of one instance; it outlives the process of Ring, and the container by up to a day.
 * When it is stored is decided in keeper.ts.
 */
import type { Answer } from './answer.ts';
import type { Judged } from './verdict.ts';

/** The stored state of one check, with its last answers, the newest last. */
export interface CheckRecord extends Judged {
  readonly answers: readonly Answer[];
}

/** The stored checks of one instance. Times are ms since 1970. */
export interface HealthRecord {
  readonly uid: string;
  /** The deployment's name. */
  readonly name: string;
  readonly slot: number;
  /** The container's id. */
  readonly instanceId: string;
  readonly containerName: string;
  /** When the process began that the states describe. */
  readonly startedAt: number | null;
  /** When it was last watched; null while it is. */
  readonly endedAt: number | null;
  readonly checks: readonly CheckRecord[];
}

/**
 * The stored health records. Writing them is not a change of a deployment: nothing that is listed or planned depends on
 * it.
 */
export interface HealthRecords {
  /** The records of all instances that are watched, as far as is known. */
  all(): Promise<readonly HealthRecord[]>;
  /**
   * The records of one deployment's instances, including ended ones: by slot, the oldest ends first, the watched last.
   */
  of(uid: string): Promise<readonly HealthRecord[]>;
  /**
   * Writes records, each replacing that of the same instance, all or nothing. Of the ended instances, the latest of
   * each slot is kept, for a day. Records of deployments that are gone are dropped.
   */
  save(records: readonly HealthRecord[]): Promise<void>;
}
