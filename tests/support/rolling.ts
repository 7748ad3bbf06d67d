/** Builders of rollouts: of `web` from its first revision, which is stable, to its second. */
import type { RevisionRecord } from '../../core/deployment/record.ts';
import type { DeploymentSpec } from '../../core/deployment/spec/spec.ts';
import { defaultUpdate, type UpdatePolicy } from '../../core/deployment/spec/update.ts';
import type { Health, HealthCheck } from '../../core/health/check.ts';
import { judge } from '../../core/reconcile/judge/judge.ts';
import type { Fault, RolloutMemory, SlotMemory } from '../../core/reconcile/memory.ts';
import type { Action, Plan } from '../../core/reconcile/plan/actions.ts';
import type { Subject } from '../../core/reconcile/subject.ts';
import type { Instance } from '../../core/runtime.ts';
import { anHttpCheck } from './health.ts';
import { aRevision, aSlot, aSpec } from './records.ts';
import {
  aFault,
  anInstance,
  aRefusedSlot,
  aRollout,
  aSubject,
  type InstanceChanges,
  later,
  type SubjectChanges,
} from './subjects.ts';

const pin = { imageId: 'sha256:1', repoDigest: null };

/** A revision whose image is resolved; its hash is `hash-<number>` unless it is given. */
export const pinned = (
  number: number,
  { spec, ...changes }: Partial<Omit<RevisionRecord, 'spec'>> & { spec?: Partial<DeploymentSpec> } = {},
): RevisionRecord => aRevision({ number, specHash: `hash-${number}`, pin, spec: aSpec(spec), ...changes });

/** What a test says of a rollout. */
export interface RollingChanges extends Omit<SubjectChanges, 'memory'> {
  readonly memory?: SubjectChanges['memory'];
  readonly rollout?: Partial<RolloutMemory> | null;
  /** What differs from the default terms. */
  readonly update?: Partial<UpdatePolicy>;
}

/** `web`: its first revision proved itself, its second is being rolled out. */
export function aRolling({ rollout = {}, memory, update, spec, ...changes }: RollingChanges = {}): Subject {
  const { stable = pinned(1), revision = 2 } = changes;
  const number = stable === null ? null : stable.number;
  return aSubject({
    revision,
    ...changes,
    stable,
    spec: { update: { ...defaultUpdate, ...update }, ...spec },
    memory: {
      stable: number,
      rollout: rollout === null ? null : aRollout({ revision, from: number, ...rollout }),
      ...memory,
    },
  });
}

/** The first revision's instance of a slot: it serves. */
export const old = (slot = 0, changes: InstanceChanges = {}): Instance => anInstance({ slot, ...changes });

/** The second revision's instance of a slot: it has proved itself and serves. */
export const proved = (slot = 0, changes: InstanceChanges = {}): Instance =>
  anInstance({ slot, revision: 2, ...changes });

/** The second revision's instance of a slot, up for a second: it has not joined the service. */
export const young = (slot = 0, changes: InstanceChanges = {}): Instance =>
  anInstance({ slot, revision: 2, upMs: 1_000, serves: false, ...changes });

/** The second revision's instance of a slot as a rollback leaves it: stopped, for its logs. */
export const kept = (slot = 0, changes: InstanceChanges = {}): Instance =>
  anInstance({ slot, revision: 2, state: 'exited', ...changes });

/** A check that says whether it may get traffic. */
export const readinessCheck: HealthCheck = anHttpCheck({ path: '/ready', readiness: true });

/** It may get traffic. */
export const ready: Health = { ready: true, failing: null, unreadyReason: null };
/** It may not. */
export const unready: Health = { ready: false, failing: null, unreadyReason: 'GET /ready answered 503' };
/** It shall be restarted. */
export const failing: Health = {
  ready: false,
  failing: 'GET /ready answered 500',
  unreadyReason: 'GET /ready answered 500',
};

/** What a look makes of a rollout: what is remembered of it, which revision proved itself, and what is told. */
export interface RolloutOutcome {
  readonly rollout: RolloutMemory | null;
  readonly stable: number | null;
  readonly told: readonly string[];
}

/** Judges, and leaves out all that does not concern the rollout. */
export const rolloutOutcome = (subject: Subject): RolloutOutcome => {
  const { memory, events } = judge(subject, null);
  const told = events.filter(({ reason }) => reason.startsWith('Roll')).map(({ message }) => message);
  return { rollout: memory.rollout, stable: memory.stable, told };
};

const aMinuteAgo = later(-60_000);
const begun = { startedAt: aMinuteAgo, progressAt: aMinuteAgo };

/** A rollout that began a minute ago. */
export const rolling = ({ rollout, ...changes }: RollingChanges): Subject =>
  aRolling({ ...changes, rollout: { ...begun, ...rollout } });

/** What a row expects of a rollout. */
export interface Expected extends Partial<RolloutMemory> {
  readonly stable?: number | null;
  readonly told?: readonly string[];
}

/** What stands at the end: of the second revision's rollout from the first, a minute old, unless it is said. */
export const expected = ({ stable = 1, told = [], ...rollout }: Expected): RolloutOutcome => ({
  rollout: aRollout({ revision: 2, from: 1, ...begun, ...rollout }),
  stable,
  told,
});

/** A second revision's slot that ended so often in a row, and what it wrote last. */
export const crashed = (times: number, ...lines: readonly string[]): SlotMemory => {
  const lastWords = { instanceId: 'c0-r2', crashes: 2, lines };
  return aSlot({ revision: 2, instanceId: 'c0-r2', crashes: times, restarts: times, lastWords });
};

/** A second revision's slot whose start was refused so often in a row. */
export const refused = (times: number, fault = aFault()): SlotMemory =>
  aRefusedSlot({ revision: 2, failures: times, fault });

/** `web` of which the second revision's image could not be had so often in a row. */
export const imageless = (times: number, fault: Fault): RollingChanges => ({
  pin: null,
  instances: [old()],
  memory: { stable: 1, image: { revision: 2, failures: times, retryAt: null, fault } },
});

/** A step in words: `join c0-r2`. What is made or connected joins the service at once, or quietly. */
const inWords = (action: Action): string => {
  switch (action.kind) {
    case 'createInstance':
      return `create ${action.slot}${action.serves ? ' serving' : ''}`;
    case 'connectInstance':
      return `connect ${action.target}${action.serves ? ' serving' : ''}`;
    case 'drain':
      return `drain ${action.target} ${action.ms}`;
    default:
      return 'target' in action ? `${words[action.kind] ?? action.kind} ${action.target}` : action.kind;
  }
};

const words: { readonly [kind: string]: string } = {
  startInstance: 'start',
  stopInstance: 'stop',
  removeInstance: 'remove',
  joinService: 'join',
  leaveService: 'leave',
};

/** Each lane's revision and steps in words; what follows where one of them is refused stands behind `else`. */
export const lanesInWords = ({ lanes }: Plan): readonly string[] =>
  lanes.map(({ revision, actions, otherwise = [] }) => {
    const instead = otherwise.length > 0 ? ` else ${otherwise.map(inWords).join(', ')}` : '';
    return `r${revision}: ${actions.map(inWords).join(', ')}${instead}`;
  });
