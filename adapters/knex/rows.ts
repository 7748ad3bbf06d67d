/** The rows of each table as the driver returns them: only text, whole numbers and null. */
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
  /** JSON; table `revision_inputs` contains the same for queries in SQL. */
  readonly inputs: string;
}

/** Table `observations`: written by the recorder. Without a status, only memory has been written so far. */
export interface ObservationRow {
  readonly uid: string;
  readonly status: Status | null;
  readonly observed_at: string | null;
  /** JSON of the observed half of the list without status and time. */
  readonly observed: string | null;
  readonly memory: string;
  /** The number of the last stable revision, copied from the memory for queries in SQL. */
  readonly stable: number | null;
}

/** Both halves of a deployment's list entry, and the time of the last observation of its runtime. */
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

/** Table `health_checks`: the stored records of the checks of one instance. */
export interface HealthRow {
  readonly instance_id: string;
  readonly uid: string;
  readonly slot: number;
  /** ms since 1970; null while the instance is watched. */
  readonly ended_at: number | null;
  /** JSON. */
  readonly record: string;
}

/** Table `runs`: the request is written by the commands, the last three columns by the recorder. */
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
  /** JSON, including state and time. */
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

/** Table `request_keys`: the idempotency keys of requests. */
export interface RequestKeyRow {
  /** The caller and the key. */
  readonly id: string;
  readonly fingerprint: string;
  /** The process that claimed the key, and the claim. */
  readonly holder: string;
  readonly claim: string;
  /** 0 or 1. */
  readonly committed: number;
  /** The encrypted reply. */
  readonly reply: string | null;
  /** ms since 1970. */
  readonly claimed_at: number;
}

/** Table `images`: the images that Ring itself pulled. */
export interface ImageRow {
  readonly image_id: string;
  /** JSON. */
  readonly names: string;
  readonly pulled_at: string;
  readonly unused_since: string | null;
}
