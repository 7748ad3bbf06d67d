/** Puts one deployment together for the API: what was declared, the current revision, what was observed. */
import { healthCheckDraft } from '../health/draft.ts';
import type { HealthCheckView } from '../health/view.ts';
import type { ObservationRecord } from '../ports.ts';
import { portDraft } from './port.ts';
import { formatDuration } from './quantity.ts';
import type { DeploymentRecord, RevisionRecord } from './record.ts';
import type { Amounts, Confidential } from './spec.ts';
import { updateView } from './update.ts';
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
  /** null: the caller may not see the values. */
  readonly confidential: Pick<Confidential, 'environment'> | null;
  /** Names of the environment, shown with `***` where the values are not. */
  readonly secretNames: readonly string[];
}

/** The detail as the API shows it. */
export function detailOf({
  record,
  revision,
  observation,
  confidential,
  secretNames,
}: DetailSources): Deployment {
  const { spec, pin } = revision;
  const observed = observation?.view ?? unobserved;
  const mounts = spec.volumes.map(({ type, source, destination, permission }) => ({
    type,
    source,
    destination,
    permission,
  }));
  return {
    ...declaredView(record),
    ...observed,
    status: record.deletedAt === null ? observed.status : 'deleted',
    volumes: JSON.stringify(mounts),
    mounts,
    secrets: confidential?.environment ?? Object.fromEntries(secretNames.map((name) => [name, '***'])),
    labels: spec.labels,
    ports: spec.ports.map(portDraft),
    command: spec.command === null ? null : [...spec.command],
    entrypoint: spec.entrypoint === null ? null : [...spec.entrypoint],
    user: spec.user,
    workdir: spec.workdir,
    resources: { limits: amountsView(spec.limits), requests: amountsView(spec.requests) },
    restart_policy: spec.restartPolicy,
    stop_signal: spec.stopSignal,
    stop_grace: formatDuration(spec.stopGraceMs),
    health_checks: spec.healthChecks.map((check) => shown(healthCheckDraft(check), confidential !== null)),
    update: spec.kind === 'job' ? null : updateView(spec.update),
    image_pull_policy: spec.pullPolicy,
    image_id: pin?.imageId ?? null,
    image_digest: pin?.repoDigest ?? null,
    deleted_at: record.deletedAt,
  };
}

const amountsView = ({ nanoCpus, memoryBytes }: Amounts) => ({
  cpu: nanoCpus === null ? null : nanoCpus / 1e9,
  memory: memoryBytes,
});

/** What is sent along with a check may be a password: only its names are for everybody. */
const shown = (check: HealthCheckView, whole: boolean): HealthCheckView =>
  check.type !== 'http' || whole
    ? check
    : { ...check, headers: Object.fromEntries(Object.keys(check.headers).map((name) => [name, '***'])) };
