/**
 * Converts records to rows and back: JSON as text, times as RFC 3339 text, user ids as text. The only file that knows
 * how records are stored; the files named after each noun read the rows.
 */
import type { UserRecord } from '../../core/access/user.ts';
import type { ConfigRecord } from '../../core/config/config.ts';
import { defaultContainer } from '../../core/container/options.ts';
import { declaredView, unobserved } from '../../core/deployment/detail.ts';
import type { DeploymentRecord, RevisionRecord } from '../../core/deployment/record.ts';
import type { DeploymentSpec } from '../../core/deployment/spec/spec.ts';
import { defaultUpdate } from '../../core/deployment/spec/update.ts';
import type { Status } from '../../core/deployment/status.ts';
import type { DeclaredView, ObservedView } from '../../core/deployment/view.ts';
import type { EventView, NewEvent } from '../../core/event/event.ts';
import type { ObservationRecord } from '../../core/ports.ts';
import { emptyMemory } from '../../core/reconcile/memory.ts';
import { defaultTerms } from '../../core/run/terms.ts';
import type {
  ConfigRow,
  DeploymentRow,
  EventRow,
  ObservationRow,
  RevisionRow,
  SummaryRow,
  UserRow,
} from './rows.ts';

/** Converts a deployment to its row: the columns used in filters, and the declared half of its list entry as text. */
export function deploymentRow(record: DeploymentRecord): DeploymentRow {
  const { uid, id, namespace, name, runtime, revision, generation, deletedAt } = record;
  const declared = JSON.stringify(declaredView(record));
  const { paused, resumes } = record;
  return {
    uid,
    id,
    namespace,
    name,
    runtime,
    revision,
    generation,
    deleted_at: deletedAt,
    declared,
    paused: paused ? 1 : 0,
    resumes,
  };
}

/** Converts a row to its deployment. */
export function deploymentRecord(row: DeploymentRow): DeploymentRecord {
  const declared: DeclaredView = JSON.parse(row.declared);
  const { id, namespace, name, kind, image, replicas, revision } = declared;
  return {
    uid: row.uid,
    id,
    namespace,
    name,
    runtime: 'docker',
    kind,
    image,
    replicas,
    revision,
    generation: row.generation,
    paused: row.paused === 1,
    resumes: row.resumes,
    createdAt: declared.created_at,
    updatedAt: declared.updated_at,
    deletedAt: row.deleted_at,
  };
}

/** Converts a revision to its row. */
export const revisionRow = (revision: RevisionRecord): RevisionRow => ({
  uid: revision.uid,
  number: revision.number,
  spec_hash: revision.specHash,
  spec: JSON.stringify(revision.spec),
  sealed: revision.sealed,
  pin: revision.pin === null ? null : JSON.stringify(revision.pin),
  created_at: revision.createdAt,
  cause: JSON.stringify(revision.cause),
  author: revision.author,
  inputs: JSON.stringify(revision.inputs),
});

/** Converts a row to its revision. */
export const revisionRecord = (row: RevisionRow): RevisionRecord => ({
  uid: row.uid,
  number: row.number,
  specHash: row.spec_hash,
  spec: revisionSpec(row),
  sealed: row.sealed,
  pin: row.pin === null ? null : JSON.parse(row.pin),
  createdAt: row.created_at,
  cause: JSON.parse(row.cause),
  author: row.author,
  inputs: JSON.parse(row.inputs),
});

/** Returns the spec in a revision's row. */
export const revisionSpec = ({ spec }: Pick<RevisionRow, 'spec'>): DeploymentSpec => specOf(JSON.parse(spec));

/** Fills in the fields of a stored spec that did not exist when it was written. */
const specOf = (stored: DeploymentSpec): DeploymentSpec => ({
  ...stored,
  healthChecks: stored.healthChecks ?? [],
  update: stored.update ?? defaultUpdate,
  dependsOn: stored.dependsOn ?? [],
  onSecretChange: stored.onSecretChange ?? onChangeOf(stored),
  onConfigChange: stored.onConfigChange ?? onChangeOf(stored),
  container: { ...defaultContainer, ...stored.container },
  job: stored.job ?? (stored.kind === 'job' ? defaultTerms : null),
});

const onChangeOf = ({ kind }: DeploymentSpec) => (kind === 'job' ? 'none' : 'rollout');

/**
 * Converts an observation to its row: status and time are separate from the text, because the list may show other
 * values than those stored.
 */
export function observationRow(uid: string, { view, memory }: ObservationRecord): ObservationRow {
  const { status, observed_at, ...rest } = view;
  return {
    uid,
    status,
    observed_at,
    observed: JSON.stringify(rest),
    memory: JSON.stringify(memory),
    stable: memory.stable,
  };
}

/**
 * Converts an observation of which only the memory is written: a new row's view is unobserved, an existing row keeps
 * its view.
 */
export const memoryRow = (uid: string, { memory }: ObservationRecord): ObservationRow => ({
  uid,
  status: null,
  observed_at: null,
  observed: null,
  memory: JSON.stringify(memory),
  stable: memory.stable,
});

/** Converts a row to its observation, with the time as stored. */
export function observationRecord(row: Omit<ObservationRow, 'uid' | 'stable'>): ObservationRecord {
  const view: ObservedView =
    row.status === null || row.observed === null
      ? unobserved
      : { ...unobserved, ...JSON.parse(row.observed), status: row.status, observed_at: row.observed_at };
  return { view, memory: { ...emptyMemory, ...JSON.parse(row.memory) } };
}

/**
 * Returns the time at which a status was last observed: for an observable deployment the last observation of its
 * runtime; for an unknown status, or one never observed, the stored time.
 */
export const shownObservedAt = (
  status: Status | null,
  storedAt: string | null,
  seenAt: string | null,
): string | null => (status === null || status === 'unknown' ? storedAt : later(storedAt, seenAt));

/** Returns the later of two instants (RFC 3339), either of which may be missing. */
export function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(other) > Date.parse(one) ? other : one;
}

/** Returns the text of one deployment in the list, joined from both halves without parsing them. */
export function summaryText({
  declared,
  deleted_at,
  status,
  observed_at,
  observed,
  seen_at,
}: SummaryRow): string {
  const shown = deleted_at === null ? (status ?? unobserved.status) : 'deleted';
  const at = JSON.stringify(shownObservedAt(status, observed_at, seen_at));
  const rest = observed ?? unobservedText;
  return `${declared.slice(0, -1)},"status":"${shown}",${rest.slice(1, -1)},"observed_at":${at}}`;
}

const { status: _status, observed_at: _observedAt, ...unobservedRest } = unobserved;
const unobservedText = JSON.stringify(unobservedRest);

/** Converts a new event to its row. Messages may quote arbitrary text, so they are stored as JSON. */
export const eventRow = (event: NewEvent): Omit<EventRow, 'number' | 'sequence'> => ({
  uid: event.uid,
  level: event.level,
  component: event.component,
  reason: event.reason,
  message: JSON.stringify(event.message),
  count: 1,
  first_seen: event.at,
  last_seen: event.at,
});

/** Converts a row to its event. */
export const eventView = (row: EventRow): EventView => ({
  id: `event_${row.number}`,
  timestamp: row.last_seen,
  level: row.level,
  component: row.component,
  reason: row.reason,
  message: JSON.parse(row.message),
  count: row.count,
  first_seen: row.first_seen,
  last_seen: row.last_seen,
});

/** Converts a user to its row without the id, which the database assigns. */
export const userRow = (user: Omit<UserRecord, 'id'>): Omit<UserRow, 'id'> => ({
  username: user.username,
  role: user.role,
  password_hash: user.passwordHash,
  token_epoch: user.tokenEpoch,
  created_at: user.createdAt,
});

/** Converts a row to its user. */
export const userRecord = (row: UserRow): UserRecord => ({
  id: String(row.id),
  username: row.username,
  role: row.role,
  passwordHash: row.password_hash,
  tokenEpoch: row.token_epoch,
  createdAt: row.created_at,
});

/** Converts a user's id to the database's number; null for a text that cannot be a user's id. */
export const userNumber = (id: string): number | null => (/^[1-9]\d{0,14}$/.test(id) ? Number(id) : null);

/** Converts a config to its row. Its data may be arbitrary text, so it is stored as JSON. */
export const configRow = (config: ConfigRecord): ConfigRow => ({
  id: config.id,
  namespace: config.namespace,
  name: config.name,
  data: JSON.stringify(config.data),
  version: config.version,
  created_at: config.createdAt,
  updated_at: config.updatedAt,
});

/** Converts a row to its config. */
export const configRecord = (row: ConfigRow): ConfigRecord => ({
  id: row.id,
  name: row.name,
  namespace: row.namespace,
  data: JSON.parse(row.data),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
