/** Puts one deployment together for the API: what was declared, the current revision, what was observed. */
import type { ObservationRecord } from '../ports.ts';
import type { DeploymentRecord, RevisionRecord } from './record.ts';
import type { Confidential, EnvironmentValue } from './spec.ts';
import { specView } from './spec-view.ts';
import type { DeclaredView, Deployment, ObservedView } from './view.ts';

/** What is shown before the first look at the engine. */
export const unobserved: ObservedView = {
  status: 'creating',
  status_reason: null,
  instances: [],
  ready_replicas: 0,
  restarts: 0,
  observed_at: null,
  rollout: null,
  schedule: null,
};

/** The half of the summary that the record decides. */
export function declaredView(record: DeploymentRecord): DeclaredView {
  const { id, name, namespace, image, runtime, kind, replicas, revision, createdAt, updatedAt } = record;
  return {
    id,
    name,
    namespace,
    image,
    runtime,
    kind,
    replicas,
    revision,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

/** What the detail is made of. */
export interface DetailSources {
  readonly record: DeploymentRecord;
  readonly revision: RevisionRecord;
  readonly observation: ObservationRecord | null;
  readonly environment: Confidential['environment'];
  /** Whether the caller may see the values, and they can be read: others are shown as `***`. */
  readonly whole: boolean;
}

/** The detail as the API shows it. */
export function detailOf({ record, revision, observation, environment, whole }: DetailSources): Deployment {
  const { spec, pin } = revision;
  const observed = observation?.view ?? unobserved;
  const shown = specView(spec, whole);
  return {
    ...declaredView(record),
    ...observed,
    status: record.deletedAt === null ? observed.status : 'deleted',
    ...shown,
    volumes: JSON.stringify(shown.mounts),
    secrets: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, whole ? value : masked(value)]),
    ),
    image_id: pin?.imageId ?? null,
    image_digest: pin?.repoDigest ?? null,
    paused: record.paused,
    deleted_at: record.deletedAt,
  };
}

/** Which secret is meant is no secret. */
const masked = (value: EnvironmentValue): EnvironmentValue => (typeof value === 'string' ? '***' : value);
