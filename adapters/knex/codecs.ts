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

/** A deployment: the columns that are filtered on, and the declared half of the list as text. */
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

/** The record behind a row. */
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

/** A revision. */
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

/** The revision behind a row. */
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

/** What the revision behind a row runs. */
export const revisionSpec = ({ spec }: Pick<RevisionRow, 'spec'>): DeploymentSpec => specOf(JSON.parse(spec));

/** A stored spec, with what specs had nothing of when it was written. */
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

/** An observation: status and time apart from the text, since the list may show others than were stored. */
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

/** An observation of which only the memory may be written: the view stays what it was, or unobserved. */
export const memoryRow = (uid: string, { memory }: ObservationRecord): ObservationRow => ({
  uid,
  status: null,
  observed_at: null,
  observed: null,
  memory: JSON.stringify(memory),
  stable: memory.stable,
});

/** The observation behind a row, its time as stored. */
export function observationRecord(row: Omit<ObservationRow, 'uid' | 'stable'>): ObservationRecord {
  const view: ObservedView =
    row.status === null || row.observed === null
      ? unobserved
      : { ...unobserved, ...JSON.parse(row.observed), status: row.status, observed_at: row.observed_at };
  return { view, memory: { ...emptyMemory, ...JSON.parse(row.memory) } };
}

/**
 * When a status was last seen to be so: for what can be seen, when its runtime last was; for what is unknown, and for
 * what was never seen, as stored.
 */
export const shownObservedAt = (
  status: Status | null,
  storedAt: string | null,
  seenAt: string | null,
): string | null => (status === null || status === 'unknown' ? storedAt : later(storedAt, seenAt));

/** The later of two instants (RFC 3339), of which either may be missing. */
export function later(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(other) > Date.parse(one) ? other : one;
}

/** The text of one deployment in the list, joined without parsing either half. */
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

/** An event that was not seen before. Messages may quote anything, so they are kept as JSON. */
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

/** The event behind a row. */
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

/** A user without the id, which the database gives. */
export const userRow = (user: Omit<UserRecord, 'id'>): Omit<UserRow, 'id'> => ({
  username: user.username,
  role: user.role,
  password_hash: user.passwordHash,
  token_epoch: user.tokenEpoch,
  created_at: user.createdAt,
});

/** The user behind a row. */
export const userRecord = (row: UserRow): UserRecord => ({
  id: String(row.id),
  username: row.username,
  role: row.role,
  passwordHash: row.password_hash,
  tokenEpoch: row.token_epoch,
  createdAt: row.created_at,
});

/** The database's number of a user; null for a text that no user can have as an id. */
export const userNumber = (id: string): number | null => (/^[1-9]\d{0,14}$/.test(id) ? Number(id) : null);

/** A config. Its data may be any text, so it is kept as JSON. */
export const configRow = (config: ConfigRecord): ConfigRow => ({
  id: config.id,
  namespace: config.namespace,
  name: config.name,
  data: JSON.stringify(config.data),
  version: config.version,
  created_at: config.createdAt,
  updated_at: config.updatedAt,
});

/** The config behind a row. */
export const configRecord = (row: ConfigRow): ConfigRecord => ({
  id: row.id,
  name: row.name,
  namespace: row.namespace,
  data: JSON.parse(row.data),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
