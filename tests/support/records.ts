/** Builders of records as the store keeps them: fields that a test does not name have sensible defaults. */
import type { UserRecord } from '../../core/access/user.ts';
import type { ConfigRecord } from '../../core/config/config.ts';
import { defaultContainer } from '../../core/container/options.ts';
import { containerView } from '../../core/container/view.ts';
import type { DeploymentRecord, RevisionRecord } from '../../core/deployment/record.ts';
import type { DeploymentSpec } from '../../core/deployment/spec/spec.ts';
import type { SpecView } from '../../core/deployment/spec/spec-view.ts';
import { defaultUpdate, updateView } from '../../core/deployment/spec/update.ts';
import type { ObservedView } from '../../core/deployment/view.ts';
import type { NewEvent } from '../../core/event/event.ts';
import type { Recording } from '../../core/ports.ts';
import { emptyMemory, type SlotMemory } from '../../core/reconcile/memory.ts';
import { type RunPart, type RunRecord, unbegun } from '../../core/run/run.ts';
import { defaultTerms } from '../../core/run/terms.ts';
import type { SecretRecord } from '../../core/secret/secret.ts';

/** The instant at which built records were made. */
export const madeAt = '2024-01-15T10:30:00.000Z';

/** A deployment `web` in `default`; uid and id follow the name unless they are given. */
export const aDeployment = (changes: Partial<DeploymentRecord> = {}): DeploymentRecord => {
  const name = changes.name ?? 'web';
  return {
    uid: `uid-${changes.id ?? name}`,
    id: name,
    namespace: 'default',
    name,
    runtime: 'docker',
    kind: 'worker',
    image: 'nginx:1.21',
    replicas: 1,
    revision: 1,
    generation: 1,
    paused: false,
    resumes: 0,
    createdAt: madeAt,
    updatedAt: madeAt,
    deletedAt: null,
    ...changes,
  };
};

/** A worker's spec in normal form. */
export const aSpec = (changes: Partial<DeploymentSpec> = {}): DeploymentSpec => ({
  image: 'nginx:1.21',
  kind: 'worker',
  labels: {},
  volumes: [],
  ports: [],
  command: null,
  entrypoint: null,
  user: null,
  workdir: null,
  limits: { nanoCpus: null, memoryBytes: null },
  requests: { nanoCpus: null, memoryBytes: null },
  restartPolicy: 'always',
  stopSignal: null,
  stopGraceMs: 10_000,
  pullPolicy: 'IfNotPresent',
  healthChecks: [],
  update: defaultUpdate,
  dependsOn: [],
  onSecretChange: changes.kind === 'job' ? 'none' : 'rollout',
  onConfigChange: changes.kind === 'job' ? 'none' : 'rollout',
  container: defaultContainer,
  job: changes.kind === 'job' ? defaultTerms : null,
  ...changes,
});

/** A worker's spec as the API shows it. */
export const aSpecView = (changes: Partial<SpecView> = {}): SpecView => ({
  mounts: [],
  labels: {},
  ports: [],
  command: null,
  entrypoint: null,
  user: null,
  workdir: null,
  resources: { limits: { cpu: null, memory: null }, requests: { cpu: null, memory: null } },
  restart_policy: 'always',
  stop_signal: null,
  stop_grace: '10s',
  health_checks: [],
  update: updateView(defaultUpdate),
  depends_on: [],
  on_secret_change: 'rollout',
  on_config_change: 'rollout',
  ...containerView(defaultContainer, true),
  job: null,
  image_pull_policy: 'IfNotPresent',
  ...changes,
});

/** The first revision of `web`. */
export const aRevision = (changes: Partial<RevisionRecord> = {}): RevisionRecord => ({
  uid: 'uid-web',
  number: 1,
  specHash: 'hash-1',
  spec: aSpec(),
  sealed: 'sealed',
  inputs: [],
  pin: null,
  createdAt: madeAt,
  cause: { kind: 'declared' },
  author: 'admin',
  ...changes,
});

/** One running instance, as the recorder saw it. */
export const aView = (changes: Partial<ObservedView> = {}): ObservedView => ({
  status: 'running',
  status_reason: null,
  instances: ['container-1'],
  ready_replicas: 1,
  restarts: 0,
  observed_at: madeAt,
  rollout: null,
  schedule: null,
  ...changes,
});

/** A slot with nothing special about it. */
export const aSlot = (changes: Partial<SlotMemory> = {}): SlotMemory => ({
  revision: 1,
  failures: 0,
  retryAt: null,
  fault: null,
  instanceId: null,
  restartCount: 0,
  leftAt: null,
  crashes: 0,
  restarts: 0,
  run: null,
  lastWords: null,
  ...changes,
});

/** What a tick found out about `web`: it runs. */
export const aRecording = (changes: Partial<Recording> = {}): Recording => ({
  uid: 'uid-web',
  generation: 1,
  observation: { view: aView(), memory: emptyMemory },
  events: [],
  runs: null,
  purge: false,
  ...changes,
});

/** The first run of `web`, as declared, of which nothing is known. */
export const aRunRecord = (changes: Partial<RunRecord> = {}): RunRecord => ({
  uid: 'uid-web',
  number: 1,
  revision: 1,
  cause: 'declared',
  author: 'admin',
  scheduledAt: null,
  createdAt: madeAt,
  completions: 1,
  sealed: null,
  cancelReason: null,
  result: unbegun,
  ...changes,
});

/** The first part of a run, of which nothing is known. */
export const aPart = (changes: Partial<RunPart> = {}): RunPart => ({
  index: 0,
  attempts: 0,
  outcome: null,
  exitCode: null,
  startedAt: null,
  finishedAt: null,
  reason: null,
  ...changes,
});

/** An event of `web`. */
export const anEvent = (changes: Partial<NewEvent> = {}): NewEvent => ({
  uid: 'uid-web',
  at: madeAt,
  level: 'info',
  component: 'scheduler',
  reason: 'ContainerStarted',
  message: 'Container default_web_0_r1 started',
  ...changes,
});

/** A user who has no id yet. */
export const aUser = (changes: Partial<Omit<UserRecord, 'id'>> = {}): Omit<UserRecord, 'id'> => ({
  username: 'john',
  role: 'editor',
  passwordHash: 'hash-of-a-password',
  tokenEpoch: 0,
  createdAt: madeAt,
  ...changes,
});

/** A config `app-config` in `default`; the id follows the name unless it is given. */
export const aConfig = (changes: Partial<ConfigRecord> = {}): ConfigRecord => ({
  id: changes.name ?? 'app-config',
  name: 'app-config',
  namespace: 'default',
  data: '{"port":5432}',
  version: 1,
  createdAt: madeAt,
  updatedAt: madeAt,
  ...changes,
});

/** A secret `db` in `default`; the id follows the name unless it is given. */
export const aSecret = (changes: Partial<SecretRecord> = {}): SecretRecord => ({
  id: changes.name ?? 'db',
  name: 'db',
  namespace: 'default',
  sealed: 'sealed',
  version: 1,
  createdAt: madeAt,
  updatedAt: madeAt,
  ...changes,
});
