/**
 * What the core asks of the world. Adapters implement these; nothing here says how. The engine's port stands in
 * runtime.ts.
 */
import type { Caller, Role, UserRecord } from './access/user.ts';
import type { ConfigRecord } from './config/config.ts';
import type { DeploymentFilter } from './deployment/filter.ts';
import type { DeploymentRecord, RevisionInput, RevisionRecord } from './deployment/record.ts';
import type { DeploymentSpec } from './deployment/spec.ts';
import type { DeploymentSummary, ObservedView } from './deployment/view.ts';
import type { EventView, Level, NewEvent } from './event/event.ts';
import type { DoneKeys } from './idempotency/key.ts';
import type { Namespaces } from './namespace/namespace.ts';
import type { Page } from './page.ts';
import type { Memory } from './reconcile/memory.ts';
import type { TickReport } from './reconcile/report.ts';
import type { RunRecord } from './run/run.ts';
import type { Runs, RunsChange } from './run/runs.ts';
import type { AbortSignalLike, ImagePin } from './runtime.ts';
import type { SecretRecord } from './secret/secret.ts';
import type { Secrets } from './secret/secrets.ts';

/** JSON text of a T that needs no parsing on its way out, with the tag of what it shows where that can be changed. */
export class Json<T> {
  readonly text: string;
  readonly tag: string | null;
  /** Only for the type checker: keeps Json<A> and Json<B> apart. */
  declare readonly of: T;

  constructor(text: string, tag: string | null = null) {
    this.text = text;
    this.tag = tag;
  }
}

/** What the recorder last wrote of a deployment. */
export interface ObservationRecord {
  readonly view: ObservedView;
  readonly memory: Memory;
}

/** A deployment, and what its current revision runs. */
export interface Declared {
  readonly record: DeploymentRecord;
  readonly spec: DeploymentSpec;
}

/** Deployments, their revisions and (read only) what was observed. */
export interface Deployments {
  /** By id or `<name>.<namespace>`, deleted ones that still have containers included. */
  find(idOrQualified: string): Promise<DeploymentRecord | null>;
  findByName(namespace: string, name: string): Promise<DeploymentRecord | null>;
  /** JSON array of summaries, sorted by id, joined from stored texts. */
  listText(filter: DeploymentFilter): Promise<Json<readonly DeploymentSummary[]>>;
  /** A part of that list, and the id after which the next one begins; null: there is none. */
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
  /** Stores a revision; of older ones only the newest and the one that last proved itself are kept. */
  addRevision(revision: RevisionRecord): Promise<void>;
  /** Every deployment with what it declares now, those that are being deleted included; of one namespace or of all. */
  declared(namespace?: string): Promise<readonly Declared[]>;
  /**
   * By id: deployments not deleted that refer to this in their current revision, in the one that last proved itself, or
   * in that of a run that is not over.
   */
  usersOf(kind: RevisionInput['kind'], namespace: string, name: string): Promise<readonly DeploymentRecord[]>;
  /** The revisions that are kept, newest first. */
  revisions(uid: string): Promise<readonly RevisionRecord[]>;
}

/** Events of deployments. */
export interface Events {
  /** Adds events in order; one that repeats one of its deployment's newest (event/repeat.ts) raises its count instead. */
  add(events: readonly NewEvent[]): Promise<void>;
  /** By when they were last seen, the newest last, the newest `limit` of them. */
  list(
    uid: string,
    filter: { readonly level?: Level | undefined; readonly limit: number },
  ): Promise<readonly EventView[]>;
}

/** Users. */
export interface Users {
  find(id: string): Promise<UserRecord | null>;
  findByName(username: string): Promise<UserRecord | null>;
  list(): Promise<readonly UserRecord[]>;
  /** Stores a user under the next id; USER_EXISTS when the name is taken. */
  insert(user: Omit<UserRecord, 'id'>): Promise<UserRecord>;
  /** USER_EXISTS when the new name is taken, USER_NOT_FOUND without such a user. */
  update(user: UserRecord): Promise<void>;
  delete(id: string): Promise<void>;
}

/** Tokens that were ended before their time. */
export interface Revocations {
  add(tokenId: string, expiresAt: number): Promise<void>;
  has(tokenId: string): Promise<boolean>;
}

/** Configs. */
export interface Configs {
  find(idOrQualified: string): Promise<ConfigRecord | null>;
  findByName(namespace: string, name: string): Promise<ConfigRecord | null>;
  list(namespaces: readonly string[]): Promise<readonly ConfigRecord[]>;
  /** CONFIG_EXISTS when (namespace, name) or the id is taken. */
  insert(config: ConfigRecord): Promise<void>;
  update(config: ConfigRecord): Promise<void>;
  delete(id: string): Promise<void>;
}

/** All that is stored for the API. */
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
 * One transaction: all or nothing, durable when it resolves. Inside it use the stores it hands in, never the outer
 * ones. May be run again when the database was busy, so the work does nothing else.
 */
export type Write = <T>(work: (stores: Stores) => Promise<T>) => Promise<T>;

/** What the reconciler wants of one deployment: the record, its current revision and what was remembered. */
export interface Desired {
  readonly record: DeploymentRecord;
  readonly revision: RevisionRecord;
  /** The revision that last proved itself, where that is another one: what a failed rollout returns to. */
  readonly stable: RevisionRecord | null;
  /** Revisions besides these that runs need which are not over. */
  readonly older: readonly RevisionRecord[];
  /** A job's runs that are kept, newest first. */
  readonly runs: readonly RunRecord[];
  readonly observation: ObservationRecord | null;
}

/** What a tick found out about one deployment, to be written. Only what changed is written. */
export interface Recording {
  readonly uid: string;
  /** The generation the tick planned for: a newer one keeps its own status. */
  readonly generation: number;
  readonly observation: ObservationRecord | null;
  readonly events: readonly NewEvent[];
  /** null: nothing new of its runs. */
  readonly runs: RunsChange | null;
  /** Removes a deleted deployment for good, leaving a tombstone. */
  readonly purge: boolean;
}

/** A lease held: a number that grows with each holder. */
export interface Lease {
  readonly fencing: number;
}

/** The reconciler's side of the store. */
export interface ReconcilerStore {
  /** Takes the lease for ttlMs, or null when another holds it. A holder that is known to be dead holds nothing. */
  acquireLease(ttlMs: number): Promise<Lease | null>;
  /** Extends a lease that is held; LEASE_LOST when it is not. */
  renewLease(lease: Lease, ttlMs: number): Promise<void>;
  releaseLease(lease: Lease): Promise<void>;
  /** Everything declared; the same array as before while nothing was written. */
  desired(): Promise<readonly Desired[]>;
  /** One deployment of {@link desired}, read fresh; null when it is gone. */
  find(uid: string): Promise<Desired | null>;
  /** Whether this uid belonged to a deployment that was deleted for good. */
  isTombstone(uid: string): Promise<boolean>;
  /** Writes what was found, all or nothing. LEASE_LOST when another holds the lease by now. */
  record(lease: Lease, recordings: readonly Recording[]): Promise<void>;
  /** Notes when a runtime was last seen. */
  noteObserved(lease: Lease, at: string): Promise<void>;
  pinImage(lease: Lease, uid: string, revision: number, pin: ImagePin): Promise<void>;
  /** Those of these secrets of a namespace that are there, as they are now, by name. */
  secrets(namespace: string, names: readonly string[]): Promise<readonly SecretRecord[]>;
  /** The same of configs. */
  configs(namespace: string, names: readonly string[]): Promise<readonly ConfigRecord[]>;
}

/** The wall clock. */
export interface Clock {
  /** ms since 1970. */
  now(): number;
  /** Resolves after ms, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignalLike): Promise<void>;
}

/** When crons are due: five fields, or six with seconds first, separated by single spaces. */
export interface Cron {
  /**
   * The first instant after `afterMs` at which a cron is due by the clock of a zone, ms since 1970; null: never again.
   * One that is due every hour is so every real hour. Any other names times of the day: each comes once a day, at the
   * end of the gap where the clock skips it, the first time where the clock goes through it twice.
   */
  next(cron: string, timeZone: string, afterMs: number): number | null;
  /** Why a text is no cron, or one that is never due, in plain words; null: it is one. */
  fault(cron: string): string | null;
  /** Why a text names no time zone; null: it does. */
  zoneFault(timeZone: string): string | null;
}

/** Unique and derived names. */
export interface Ids {
  /** A random id that is never given twice. */
  unique(): string;
  /** A short hash of a text: equal texts, equal hashes. */
  hash(text: string): string;
}

/** Encryption at rest. A sealed text opens only for the owner it was sealed for. */
export interface Vault {
  seal(text: string, owner: string): string;
  /** INTERNAL when the text was sealed with another key or for another owner. */
  open(sealed: string, owner: string): string;
}

/**
 * Password hashing, slow on purpose. TOO_MANY_REQUESTS when too many wait; logins wait apart from all others, so that a
 * flood of them keeps nobody waiting who has a token.
 */
export interface Passwords {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  /** Verifies for a caller who is not known yet; false, after the same time, without a hash. */
  checkLogin(password: string, hash: string | null): Promise<boolean>;
}

/** What a token says; all of it signed. */
export interface TokenClaims {
  readonly userId: string;
  readonly tokenEpoch: number;
  readonly tokenId: string;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/** Tokens as handed to clients. */
export interface Tokens {
  issue(user: { readonly userId: string; readonly tokenEpoch: number; readonly role: Role }): Promise<string>;
  /** null for anything but a token of ours that has not ended. */
  verify(token: string): Promise<TokenClaims | null>;
}

/** Says that the reconciler has something to do; with a uid, what. Never waits. */
export type Wake = (uid?: string) => void;

/** One tick now, waiting for the work it began. RECONCILER_BUSY when another process holds the lease. */
export type Reconcile = () => Promise<TickReport>;

/** Texts that stay right: computed once, served until anything is written. Errors are not kept. */
export interface Cache {
  json<T>(key: string, make: () => Promise<T | Json<T>>): Promise<Json<T>>;
  /** The same for a value in memory. */
  value<T>(key: string, make: () => Promise<T>): Promise<T>;
}

/** Finds out who calls: null when the token is not valid (any more). */
export type Authenticate = (token: string) => Promise<Caller | null>;

/** Where host paths really lead. */
export interface HostPaths {
  /** The path with all symbolic links followed, also of a path whose last parts do not exist; null where it cannot be told. */
  resolve(path: string): Promise<string | null>;
}

/** What the host says of itself; percentages from 0 to 100. */
export interface HostFacts {
  readonly hostname: string;
  readonly cpuUsage: number;
  readonly memoryUsage: number;
  readonly diskUsage: number;
  readonly cpuCount: number;
  readonly memoryTotalBytes: number;
}

/** The machine Ring runs on. */
export interface Host {
  facts(): Promise<HostFacts>;
}

/** Checks that the database answers. */
export interface DatabaseHealth {
  /** DATABASE_UNAVAILABLE when it does not. */
  ping(): Promise<void>;
}

/** The operator's log. Fields never hold secrets. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
