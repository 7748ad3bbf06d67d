/** Builders of the inputs of judging and planning: `web` as declared, its containers, and its memory. */
import type { DeploymentRecord, RevisionRecord } from '../../core/deployment/record.ts';
import type { DeploymentSpec, Port } from '../../core/deployment/spec/spec.ts';
import type { RolloutView } from '../../core/deployment/view.ts';
import type { Health } from '../../core/health/check.ts';
import type { Desired } from '../../core/ports.ts';
import { containerName } from '../../core/reconcile/identity.ts';
import {
  type Attempt,
  emptyMemory,
  type Fault,
  type Memory,
  type RolloutMemory,
  type SlotMemory,
  type Trouble,
} from '../../core/reconcile/memory.ts';
import type { Subject } from '../../core/reconcile/subject.ts';
import type { RunRecord } from '../../core/run/run.ts';
import type { Instance } from '../../core/runtime.ts';
import { aDeployment, aRevision, aRunRecord, aSlot, aSpec, madeAt } from './records.ts';

/** The instant that subjects are looked at, ms since 1970. */
export const lookedAt = Date.parse(madeAt);

/** An instant so many ms after the look, as it is stored. */
export const later = (ms: number): string => new Date(lookedAt + ms).toISOString();

/** What a test says of a declaration. */
export interface DesiredChanges extends Partial<Omit<DeploymentRecord, 'revision'>> {
  /** Number of the current revision; its hash is `hash-<number>` unless it is given. */
  readonly revision?: number;
  readonly specHash?: string;
  readonly pin?: RevisionRecord['pin'];
  readonly spec?: Partial<DeploymentSpec>;
  /** Of a job; its first run, as it was declared, unless they are given. */
  readonly runs?: readonly RunRecord[];
  readonly older?: readonly RevisionRecord[];
}

/** `web` as declared, its image resolved. */
export function aDesired({
  revision = 1,
  specHash,
  pin,
  spec,
  runs,
  older = [],
  ...record
}: DesiredChanges = {}): Desired {
  const kind = record.kind ?? 'worker';
  const ofKind = kind === 'job' ? { kind, restartPolicy: 'never' as const } : { kind };
  return {
    record: aDeployment({ ...record, revision }),
    revision: aRevision({
      number: revision,
      specHash: specHash ?? `hash-${revision}`,
      spec: aSpec({ ...ofKind, ...spec }),
      pin: pin === undefined ? { imageId: 'sha256:1', repoDigest: null } : pin,
    }),
    stable: null,
    older,
    runs: runs ?? (kind === 'job' ? [aRunRecord({ revision, completions: record.replicas ?? 1 })] : []),
    observation: null,
  };
}

/** What a test says of a container. */
export interface InstanceChanges extends Partial<Omit<Instance, 'identity'>> {
  readonly slot?: number;
  readonly revision?: number;
  readonly specHash?: string;
  /** Which try of a job's part. */
  readonly attempt?: number;
  /** ms it has been up. */
  readonly upMs?: number;
}

/** A container of `web`: the first slot's at the first revision, up for an hour. */
export function anInstance({
  slot = 0,
  revision = 1,
  specHash,
  attempt = 1,
  upMs,
  ...changes
}: InstanceChanges = {}): Instance {
  const started = changes.state !== 'created';
  const ended = changes.state === 'exited' || changes.state === 'restarting' || changes.state === 'dead';
  const identity = {
    uid: 'uid-web',
    deploymentId: 'web',
    namespace: 'default',
    name: 'web',
    revision,
    slot,
    specHash: specHash ?? `hash-${revision}`,
    ...(attempt > 1 ? { attempt } : {}),
  };
  return {
    id: `c${slot}-r${revision}${attempt > 1 ? `-try${attempt}` : ''}`,
    containerName: containerName(identity),
    identity,
    state: 'running',
    imageId: 'sha256:1',
    connected: true,
    address: '10.201.0.2',
    serves: !ended && changes.state !== 'created',
    startedAt: started ? lookedAt - (upMs ?? 3_600_000) : null,
    finishedAt: ended ? lookedAt - 1_000 : null,
    exitCode: ended ? 1 : null,
    oomKilled: false,
    error: '',
    restartCount: 0,
    ...changes,
  };
}

/** What a test says of a subject. */
export interface SubjectChanges extends DesiredChanges {
  readonly instances?: readonly Instance[];
  /** What is remembered of each slot, from the first. */
  readonly slots?: readonly SlotMemory[];
  readonly memory?: Partial<Memory>;
  readonly now?: number;
  readonly killed?: readonly string[];
  readonly atWork?: readonly number[];
  /** By container id. */
  readonly health?: Readonly<Record<string, Health>>;
  /** The revision that last proved itself. */
  readonly stable?: RevisionRecord | null;
}

/** `web` at one instant; nothing observed and nothing remembered unless it is said. */
export function aSubject({
  instances = [],
  slots,
  memory,
  now = lookedAt,
  killed = [],
  atWork = [],
  health = {},
  stable = null,
  ...declared
}: SubjectChanges = {}): Subject {
  const remembered = slots ? { slots: Object.fromEntries(slots.map((slot, index) => [index, slot])) } : {};
  return {
    desired: { ...aDesired(declared), stable },
    memory: { ...emptyMemory, ...remembered, ...memory },
    instances,
    now,
    killed: new Set(killed),
    atWork: new Set(atWork),
    health: new Map(Object.entries(health)),
    watchedSince: 0,
  };
}

/** A fault of a start that the engine refused. */
export const aFault = (changes: Partial<Fault> = {}): Fault => ({
  status: 'create_container_error',
  reason: 'no such command',
  ...changes,
});

/** A slot whose last try was refused; the next may come now. */
export const aRefusedSlot = (changes: Partial<SlotMemory> = {}): SlotMemory =>
  aSlot({ failures: 1, retryAt: later(-1), fault: aFault(), ...changes });

/** What cannot be taken down. */
export const stuck: Trouble = {
  failures: 1,
  retryAt: later(1_000),
  fault: { status: 'error', reason: 'cannot stop' },
};

/** A slot whose instance ended three times in a row. */
export const looping: SlotMemory = aSlot({
  instanceId: 'c0-r1',
  restartCount: 3,
  crashes: 3,
  restarts: 3,
});

/** A rollout of the first revision, under way. */
export const aRollout = (changes: Partial<RolloutMemory> = {}): RolloutMemory => ({
  revision: 1,
  from: null,
  state: 'in_progress',
  startedAt: madeAt,
  progressAt: madeAt,
  finishedAt: null,
  updated: 0,
  resumes: 0,
  reason: null,
  ...changes,
});

/** The same as it is shown. */
export const aRolloutView = (changes: Partial<RolloutView> = {}): RolloutView => ({
  state: 'in_progress',
  revision: 1,
  from: null,
  updated: 0,
  total: 1,
  started_at: madeAt,
  finished_at: null,
  reason: null,
  ...changes,
});

/** A run that was begun. */
export const aRun = (changes: Partial<Attempt> = {}): Attempt => ({
  revision: 1,
  attempt: 1,
  intendedAt: later(-2_000),
  finishedAt: null,
  exitCode: null,
  outcome: null,
  reason: null,
  ...changes,
});

/** Port 8080 of this machine. */
export const aPort = (changes: Partial<Port> = {}): Port => ({
  published: 8080,
  target: 80,
  hostIp: '127.0.0.1',
  protocol: 'tcp',
  ...changes,
});
