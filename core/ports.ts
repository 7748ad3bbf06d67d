/**
 * The interfaces that the core needs from the outside; adapters implement them. The interface to the container engine
 * is in runtime.ts.
 */
import type { Caller, UserRecord } from './access/user.ts';
import type { ConfigRecord } from './config/config.ts';
import type { DeploymentFilter } from './deployment/filter.ts';
import type { DeploymentRecord, RevisionInput, RevisionRecord } from './deployment/record.ts';
import type { DeploymentSpec } from './deployment/spec/spec.ts';
import type { DeploymentSummary, ObservedView } from './deployment/view.ts';
import type { EventView, Level, NewEvent } from './event/event.ts';
import type { DoneKeys } from './idempotency/key.ts';
import type { Json } from './json.ts';
import type { Namespaces } from './namespace/namespace.ts';
import type { Page } from './page.ts';
import type { Memory } from './reconcile/memory.ts';
import type { TickReport } from './reconcile/report.ts';
import type { RunRecord } from './run/run.ts';
import type { Runs, RunsChange } from './run/runs.ts';
import type { AbortSignalLike, ImagePin } from './runtime.ts';
import type { SecretRecord } from './secret/secret.ts';
import type { Secrets } from './secret/secrets.ts';

/** The last recorded observation of a deployment. */
export interface ObservationRecord {
  readonly view: ObservedView;
  readonly memory: Memory;
}

/** A deployment with the spec of its current revision. */
export interface Declared {
  readonly record: DeploymentRecord;
  readonly spec: DeploymentSpec;
}

/** The store of deployments, their revisions and (read only) their observations. */
export interface Deployments {
  /** Finds by id or `<name>.<namespace>`; includes deleted deployments that still have containers. */
  find(idOrQualified: string): Promise<DeploymentRecord | null>;
  findByName(namespace: string, name: string): Promise<DeploymentRecord | null>;
  /** JSON array of summaries, sorted by id, joined from stored texts. */
  listText(filter: DeploymentFilter): Promise<Json<readonly DeploymentSummary[]>>;
  /** A page of that list, and the id after which the next page begins; null on the last page. */
  partText(
    filter: DeploymentFilter,
    page: Page,
  ): Promise<{ readonly text: Json<readonly DeploymentSummary[]>; readonly next: string | null }>;
  observation(uid: string): Promise<ObservationRecord | null>;
  revision(uid: string, number: number): Promise<RevisionRecord | null>;
  /** Stores a new deployment with its first revision. DEPLOYMENT_EXISTS when (namespace, name) or the id is taken. */
  insert(record: DeploymentRecord, revision: RevisionRecord): Promise<void>;
  /** Replaces the record if its generation is still `generation`; else DEPLOYMENT_CHANGED. */
  update(record: DeploymentRecord, generation: number): Promise<void>;
  /** Stores a revision; of the older ones, only the newest and the last stable one are kept. */
  addRevision(revision: RevisionRecord): Promise<void>;
  /** Lists every deployment with what it declares now, including those being deleted; of one namespace or of all. */
  declared(namespace?: string): Promise<readonly Declared[]>;
  /** Finds, by id, deployments whose current or last stable revision, or unfinished run, refers to this. */
  usersOf(kind: RevisionInput['kind'], namespace: string, name: string): Promise<readonly DeploymentRecord[]>;
  /** Lists the kept revisions, newest first. */
  revisions(uid: string): Promise<readonly RevisionRecord[]>;
}

/** The store of deployment events. */
export interface Events {
  /** Adds events in order; a repeat of a recent one (event/repeat.ts) increases its count instead. */
  add(events: readonly NewEvent[]): Promise<void>;
  /** Lists the newest `limit` events by the time they were last seen, the newest last. */
  list(
    uid: string,
    filter: { readonly level?: Level | undefined; readonly limit: number },
  ): Promise<readonly EventView[]>;
}

/** The store of users. */
export interface Users {
  find(id: string): Promise<UserRecord | null>;
  findByName(username: string): Promise<UserRecord | null>;
  list(): Promise<readonly UserRecord[]>;
  /** Stores a user under the next id; USER_EXISTS when the name is taken. */
  insert(user: Omit<UserRecord, 'id'>): Promise<UserRecord>;
  /** Replaces a user. USER_EXISTS when the new name is taken, USER_NOT_FOUND without such a user. */
  update(user: UserRecord): Promise<void>;
  delete(id: string): Promise<void>;
}

/** The store of revoked tokens. */
export interface Revocations {
  add(tokenId: string, expiresAt: number): Promise<void>;
  has(tokenId: string): Promise<boolean>;
}

/** The store of configs. */
export interface Configs {
  find(idOrQualified: string): Promise<ConfigRecord | null>;
  findByName(namespace: string, name: string): Promise<ConfigRecord | null>;
  list(namespaces: readonly string[]): Promise<readonly ConfigRecord[]>;
  /** Stores a config. CONFIG_EXISTS when (namespace, name) or the id is taken. */
  insert(config: ConfigRecord): Promise<void>;
  update(config: ConfigRecord): Promise<void>;
  delete(id: string): Promise<void>;
}

/** All stores that the API uses. */
export interface Stores {
  readonly deployments: Deployments;
  readonly events: Events;
  readonly users: Users;
  readonly revocations: Revocations;
  readonly configs: Configs;
  readonly secrets: Secrets;
  readonly runs: Runs;
  readonly namespaces: Namespaces;
  readonly doneKeys: DoneKeys;
}

/**
 * Runs one transaction: all or nothing, durable when it resolves. The work must use the stores it receives, never the
 * outer ones, and have no other effects, because it runs again when the database was busy.
 */
export type Write = <T>(work: (stores: Stores) => Promise<T>) => Promise<T>;

/** The desired state of one deployment: its record, current revision and recorded observation. */
export interface Desired {
  readonly record: DeploymentRecord;
  readonly revision: RevisionRecord;
  /** The last stable revision when it is not the current one; a failed rollout returns to it. */
  readonly stable: RevisionRecord | null;
  /** Further revisions that unfinished runs need. */
  readonly older: readonly RevisionRecord[];
  /** The kept runs of a job, newest first. */
  readonly runs: readonly RunRecord[];
  readonly observation: ObservationRecord | null;
}

/** The result of one tick for one deployment, to be written. Only changes are written. */
export interface Recording {
  readonly uid: string;
  /** The generation the tick planned for; a newer generation keeps its own status. */
  readonly generation: number;
  readonly observation: ObservationRecord | null;
  readonly events: readonly NewEvent[];
  /** Changes to its runs; null without any. */
  readonly runs: RunsChange | null;
  /** Removes a deleted deployment for good, leaving a tombstone. */
  readonly purge: boolean;
}

/** A held lease: a number that grows with each holder. */
export interface Lease {
  readonly fencing: number;
}

/** The part of the store that the reconciler uses. */
export interface ReconcilerStore {
  /** Acquires the lease for ttlMs; null when another live process holds it. */
  acquireLease(ttlMs: number): Promise<Lease | null>;
  /** Extends a held lease; LEASE_LOST when it is no longer held. */
  renewLease(lease: Lease, ttlMs: number): Promise<void>;
  releaseLease(lease: Lease): Promise<void>;
  /** Returns everything declared; the same array as before while nothing was written. */
  desired(): Promise<readonly Desired[]>;
  /** Reads one deployment of {@link desired} from the database; null when it is gone. */
  find(uid: string): Promise<Desired | null>;
  /** Whether this uid belonged to a deployment that was deleted for good. */
  isTombstone(uid: string): Promise<boolean>;
  /**
   * Writes the results of a tick, and when it observed the runtime if it did, all or nothing. LEASE_LOST when another
   * process holds the lease by now.
   */
  record(lease: Lease, recordings: readonly Recording[], observedAt?: string | null): Promise<void>;
  /** Records when the runtime was last observed, where nothing else is to be written. */
  noteObserved(lease: Lease, at: string): Promise<void>;
  pinImage(lease: Lease, uid: string, revision: number, pin: ImagePin): Promise<void>;
  /** Returns the current state of those of these secrets that exist in a namespace, by name. */
  secrets(namespace: string, names: readonly string[]): Promise<readonly SecretRecord[]>;
  /** Returns the current state of those of these configs that exist in a namespace, by name. */
  configs(namespace: string, names: readonly string[]): Promise<readonly ConfigRecord[]>;
}

/** The wall clock. */
export interface Clock {
  /** The current time in ms since 1970. */
  now(): number;
  /** Resolves after ms, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignalLike): Promise<void>;
}

/** Computes when cron expressions are due: five fields, or six with seconds first, separated by single spaces. */
export interface Cron {
  /**
   * Returns the first instant after `afterMs` at which a cron expression is due in a time zone, in ms since 1970; null
   * when it is never due again. An hourly expression is due every real hour. Any other names times of day and is due
   * once a day: at the end of the gap when the clock skips the time, and at the first occurrence when the time occurs
   * twice.
   */
  next(cron: string, timeZone: string, afterMs: number): number | null;
  /** Explains why a text is not a cron expression, or one that is never due; null when it is valid. */
  fault(cron: string): string | null;
  /** Explains why a text is not a time zone; null when it is. */
  zoneFault(timeZone: string): string | null;
}

/** Generates unique and derived names. */
export interface Ids {
  /** Returns a random id that is never issued twice. */
  unique(): string;
  /** Returns a short hash of a text; equal texts have equal hashes. */
  hash(text: string): string;
}

/** Wakes the reconciler, for one deployment (by uid) or for all. Never waits. */
export type Wake = (uid?: string) => void;

/** Runs one tick now and waits for the work it began. RECONCILER_BUSY when another process holds the lease. */
export type Reconcile = () => Promise<TickReport>;

/** Cache of texts that are valid until the next write. Errors are not cached. */
export interface Cache {
  json<T>(key: string, make: () => Promise<T | Json<T>>): Promise<Json<T>>;
  /** The same for values in memory. */
  value<T>(key: string, make: () => Promise<T>): Promise<T>;
}

/** Returns the caller of a token; null when the token is not, or no longer, valid. */
export type Authenticate = (token: string) => Promise<Caller | null>;

/** Resolves paths of the host. */
export interface HostPaths {
  /** Returns the path without symbolic links, even if it does not exist; null when that is unknown. */
  resolve(path: string): Promise<string | null>;
}

/** Facts about the host; percentages from 0 to 100. */
export interface HostFacts {
  readonly hostname: string;
  readonly cpuUsage: number;
  readonly memoryUsage: number;
  readonly diskUsage: number;
  readonly cpuCount: number;
  readonly memoryTotalBytes: number;
}

/** The host that Ring runs on. */
export interface Host {
  facts(): Promise<HostFacts>;
}

/** Checks the connection to the database. */
export interface DatabaseHealth {
  /** Resolves when the database answers; else DATABASE_UNAVAILABLE. */
  ping(): Promise<void>;
}

/** The operator's log. Fields never hold secrets. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
