/** The rows of each table as the driver gives them: text, whole numbers and null, nothing else. */
import type { Role } from '../../core/access/user.ts';
import type { Status } from '../../core/deployment/status.ts';
import type { Level } from '../../core/event/event.ts';
import type { RunCause, RunState } from '../../core/run/run.ts';

/** Table `deployments`: written by the commands. `declared` is the JSON of its half of the list. */
export interface DeploymentRow {
  readonly uid: string;
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly runtime: string;
  readonly revision: number;
  readonly generation: number;
  readonly deleted_at: string | null;
  readonly declared: string;
  /** 0 or 1. */
  readonly paused: number;
  readonly resumes: number;
}

/** Table `revisions`: written once, except the pin. */
export interface RevisionRow {
  readonly uid: string;
  readonly number: number;
  readonly spec_hash: string;
  readonly spec: string;
  readonly sealed: string;
  readonly pin: string | null;
  readonly created_at: string;
  /** JSON. */
  readonly cause: string;
  readonly author: string;
  /** JSON; table `revision_inputs` says the same to SQL. */
  readonly inputs: string;
}

/** Table `observations`: written by the recorder. Without a status only memory was written so far. */
export interface ObservationRow {
  readonly uid: string;
  readonly status: Status | null;
  readonly observed_at: string | null;
  /** JSON of the observed half of the list without status and time. */
  readonly observed: string | null;
  readonly memory: string;
  /** The memory's number of the revision that last proved itself, to be asked for in SQL. */
  readonly stable: number | null;
}

/** Both halves of a deployment in the list, and when its runtime was last seen. */
export interface SummaryRow
  extends Pick<DeploymentRow, 'declared' | 'deleted_at'>,
    Pick<ObservationRow, 'status' | 'observed_at' | 'observed'> {
  readonly seen_at: string | null;
}

/** Table `events`. */
export interface EventRow {
  readonly number: number;
  readonly uid: string;
  readonly level: Level;
  readonly component: 'api' | 'scheduler' | 'docker';
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  /** The sequence number of its last recording: see event-feed.ts. */
  readonly sequence: number;
}

/** Table `health_checks`: what is kept of the checks of one instance. */
export interface HealthRow {
  readonly instance_id: string;
  readonly uid: string;
  readonly slot: number;
  /** ms since 1970; null while it is watched. */
  readonly ended_at: number | null;
  /** JSON. */
  readonly record: string;
}

/** Table `runs`: what was asked for is written by the commands, the last three by the recorder. */
export interface RunRow {
  readonly uid: string;
  readonly number: number;
  readonly revision: number;
  readonly cause: RunCause;
  readonly author: string;
  readonly scheduled_at: string | null;
  readonly created_at: string;
  readonly completions: number;
  readonly sealed: string | null;
  readonly cancel_reason: string | null;
  readonly state: RunState;
  readonly finished_at: string | null;
  /** JSON, state and time included. */
  readonly result: string;
}

/** Table `users`. */
export interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly role: Role;
  readonly password_hash: string;
  readonly token_epoch: number;
  readonly created_at: string;
}

/** Table `configs`. */
export interface ConfigRow {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly data: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Table `secrets`. */
export interface SecretRow {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly sealed: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Table `request_keys`: under which a request is done once. */
export interface RequestKeyRow {
  /** Whose it is, and the key. */
  readonly id: string;
  readonly fingerprint: string;
  /** The process that took it, and this taking. */
  readonly holder: string;
  readonly claim: string;
  /** 0 or 1. */
  readonly committed: number;
  /** Sealed. */
  readonly reply: string | null;
  /** ms since 1970. */
  readonly claimed_at: number;
}

/** Table `images`: what Ring itself pulled. */
export interface ImageRow {
  readonly image_id: string;
  /** JSON. */
  readonly names: string;
  readonly pulled_at: string;
  readonly unused_since: string | null;
}
