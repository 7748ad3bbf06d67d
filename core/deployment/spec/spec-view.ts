/**
 * The API's form of a spec, in the detail of a deployment and in each of its revisions. Without the environment, which
 * is sealed separately.
 */
import * as v from 'valibot';
import { containerView, containerViewEntries } from '../../container/view.ts';
import { healthCheckDraft } from '../../health/draft.ts';
import { type HealthCheckView, healthCheckView } from '../../health/view.ts';
import { TermsView, termsView } from '../../run/terms.ts';
import { DependenciesView, dependenciesDraft } from './dependency.ts';
import { portDraft } from './port.ts';
import { formatDuration } from './quantity.ts';
import type { Amounts, DeploymentSpec } from './spec.ts';
import { UpdateView, updateView } from './update.ts';

const amounts = v.object({ cpu: v.nullable(v.number()), memory: v.nullable(v.number()) });
const mount = v.object({
  type: v.string(),
  source: v.string(),
  destination: v.string(),
  permission: v.picklist(['rw', 'ro']),
  /** For a config: the key of its JSON whose value the file holds. */
  key: v.optional(v.string()),
});

/** The entries of a {@link SpecView}. */
export const specEntries = {
  mounts: v.array(mount),
  labels: v.record(v.string(), v.string()),
  ports: v.array(
    v.object({
      published: v.number(),
      target: v.number(),
      host_ip: v.string(),
      protocol: v.picklist(['tcp', 'udp']),
    }),
  ),
  command: v.nullable(v.array(v.string())),
  entrypoint: v.nullable(v.array(v.string())),
  user: v.nullable(v.string()),
  workdir: v.nullable(v.string()),
  resources: v.object({ limits: amounts, requests: amounts }),
  restart_policy: v.picklist(['always', 'on-failure', 'never']),
  stop_signal: v.nullable(v.string()),
  stop_grace: v.string(),
  health_checks: v.array(healthCheckView),
  /** null for a job. */
  update: v.nullable(UpdateView),
  depends_on: DependenciesView,
  on_secret_change: v.picklist(['rollout', 'none']),
  on_config_change: v.picklist(['rollout', 'none']),
  ...containerViewEntries,
  /** null for a worker. */
  job: v.nullable(TermsView),
  image_pull_policy: v.picklist(['IfNotPresent', 'Always', 'Never']),
};
/** Documents a {@link SpecView}. */
export const SpecView = v.object(specEntries);

/** A spec as the API shows it. */
export interface SpecView extends v.InferOutput<typeof SpecView> {}

/** Returns the API's form of a spec, with or without values that may be passwords. */
export const specView = (spec: DeploymentSpec, whole: boolean): SpecView => ({
  mounts: spec.volumes.map(({ type, source, destination, permission, key }) => ({
    type,
    source,
    destination,
    permission,
    ...(key === undefined ? {} : { key }),
  })),
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
  health_checks: spec.healthChecks.map((check) => shown(healthCheckDraft(check), whole)),
  update: spec.kind === 'job' ? null : updateView(spec.update),
  depends_on: dependenciesDraft(spec.dependsOn),
  on_secret_change: spec.onSecretChange,
  on_config_change: spec.onConfigChange,
  ...containerView(spec.container, whole),
  job: spec.job === null ? null : termsView(spec.job),
  image_pull_policy: spec.pullPolicy,
});

const amountsView = ({ nanoCpus, memoryBytes }: Amounts) => ({
  cpu: nanoCpus === null ? null : nanoCpus / 1e9,
  memory: memoryBytes,
});

/** Headers of a check may contain passwords, so only their names are public. */
const shown = (check: HealthCheckView, whole: boolean): HealthCheckView =>
  check.type !== 'http' || whole
    ? check
    : { ...check, headers: Object.fromEntries(Object.keys(check.headers).map((name) => [name, '***'])) };
