/** Assembles the API's form of one deployment: its declaration, its current revision and its observation. */
import type { ObservationRecord } from '../ports.ts';
import type { DeploymentRecord, RevisionRecord } from './record.ts';
import type { Confidential, EnvironmentValue } from './spec/spec.ts';
import { specView } from './spec/spec-view.ts';
import type { DeclaredView, Deployment, ObservedView } from './view.ts';

/** The observation of a deployment before the first look at the engine. */
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

/** Returns the part of the summary that the record determines. */
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

/** The sources of the detail. */
export interface DetailSources {
  readonly record: DeploymentRecord;
  readonly revision: RevisionRecord;
  readonly observation: ObservationRecord | null;
  readonly environment: Confidential['environment'];
  /** Whether secret values are shown: the caller may see them, and they can be decrypted. Otherwise `***`. */
  readonly whole: boolean;
}

/** Returns the detail as the API shows it. */
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

/** The name of a secret is not confidential. */
const masked = (value: EnvironmentValue): EnvironmentValue => (typeof value === 'string' ? '***' : value);
