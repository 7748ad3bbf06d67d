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
