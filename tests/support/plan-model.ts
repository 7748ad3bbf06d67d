/**
 * Generates arbitrary subjects for property tests, and models an engine as a function that applies a plan to a subject.
 */
import fc from 'fast-check';
import type { UpdatePolicy } from '../../core/deployment/spec/update.ts';
import type { LaneOutcome } from '../../core/reconcile/execute/execute.ts';
import { remember } from '../../core/reconcile/execute/outcome.ts';
import { containerName, identityOf } from '../../core/reconcile/identity.ts';
import type { Asides, Memory, RolloutMemory, SlotMemory } from '../../core/reconcile/memory.ts';
import type { Action, Aside, Lane, Plan } from '../../core/reconcile/plan/actions.ts';
import {
  atRevision,
  revisionNumbered,
  type Subject,
  slotMemory,
  withAsides,
} from '../../core/reconcile/subject.ts';
import type { Instance } from '../../core/runtime.ts';
import { aSlot } from './records.ts';
import { failing, pinned, readinessCheck, ready, unready } from './rolling.ts';
import { aFault, anInstance, aPort, aRollout, aRun, aSubject, later } from './subjects.ts';

const anyInstance = fc
  .record({
    slot: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
    revision: fc.integer({ min: 1, max: 3 }),
    attempt: fc.constantFrom(0, 0, 1),
    state: fc.oneof(
      { weight: 6, arbitrary: fc.constant('running' as const) },
      {
        weight: 6,
        arbitrary: fc.constantFrom('created', 'restarting', 'paused', 'exited', 'dead', 'removing'),
      },
    ),
    connected: fc.constantFrom(true, true, true, true, false),
    serves: fc.constantFrom(true, true, false),
    upMs: fc.constantFrom(0, 4_999, 5_000, 60_000),
    exitCode: fc.constantFrom(0, 1),
    restartCount: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ slot, revision, attempt, state, exitCode, serves, ...rest }): Instance => {
    const id = `c${slot}-r${revision}${attempt === 0 ? '' : '-more'}`;
    const name = `default_web_${slot}_r${revision}${attempt === 0 ? '' : '_more'}`;
    const ended = state === 'exited' || state === 'dead' ? { exitCode } : {};
    const known = rest.connected && serves;
    return anInstance({ slot, revision, state, id, containerName: name, serves: known, ...rest, ...ended });
  });

const asideTrouble = (aside: Aside): Asides => ({
  [aside]: { failures: 2, retryAt: later(900), fault: aFault() },
});

const anySlot = fc
  .record({
    revision: fc.integer({ min: 1, max: 3 }),
    failures: fc.integer({ min: 0, max: 6 }),
    retryAt: fc.constantFrom(null, later(-1), later(0), later(1_500)),
    fault: fc.constantFrom(null, aFault(), aFault({ status: 'network_error' })),
    crashes: fc.integer({ min: 0, max: 4 }),
    asides: fc.constantFrom({}, {}, asideTrouble('replace'), asideTrouble('revive'), asideTrouble('traffic')),
    run: fc.constantFrom(null, aRun(), aRun({ outcome: 'completed', exitCode: 0, finishedAt: later(-1) })),
  })
  .map(({ asides, ...changes }): SlotMemory => withAsides(aSlot(changes), asides));

const trouble = fc.record({
  failures: fc.integer({ min: 0, max: 3 }),
  retryAt: fc.constantFrom(null, later(-1), later(900)),
  fault: fc.constantFrom(null, aFault()),
});

const anyUpdate: fc.Arbitrary<UpdatePolicy> = fc.record({
  order: fc.constantFrom(null, null, 'start-first' as const, 'stop-first' as const),
  parallelism: fc.constantFrom(null, null, 1, 2, 4),
  maxSurge: fc.constantFrom(null, null, 1, 2),
  minHealthyMs: fc.constantFrom(1_000, 5_000),
  drainDelayMs: fc.constantFrom(0, 200),
  deadlineMs: fc.constant(600_000),
  onFailure: fc.constantFrom('rollback' as const, 'pause' as const),
});

const states = ['in_progress', 'paused', 'completed', 'failed', 'rolling_back', 'rolled_back'] as const;

/** A rollout of the declared revision or of the one before. */
const anyRollout = fc.record({
  age: fc.constantFrom(0, 0, 0, 1),
  state: fc.constantFrom('in_progress' as const, 'in_progress' as const, ...states),
  progressAt: fc.constantFrom(later(0), later(-599_000), later(-600_000)),
  resumes: fc.constantFrom(0, 0, 1),
});

const anyHealth = fc.constantFrom(null, ready, ready, ready, unready, failing);

/** The same without a network of its own. */
const onHost = (one: Instance): Instance => ({ ...one, connected: null, address: null, serves: null });

/** A worker or a job in any state, in any rollout, seen at any moment of its life. */
export const anySubject: fc.Arbitrary<Subject> = fc
  .record({
    kind: fc.constantFrom('worker' as const, 'worker' as const, 'worker' as const, 'job' as const),
    replicas: fc.constantFrom(0, 1, 1, 2, 3, 4),
    revision: fc.integer({ min: 1, max: 3 }),
    isDeleted: fc.constantFrom(false, false, false, false, true),
    paused: fc.constantFrom(false, false, false, true),
    isOnHost: fc.constantFrom(false, false, false, true),
    hasPort: fc.constantFrom(false, false, false, true),
    hasCheck: fc.boolean(),
    pin: fc.constantFrom(null, { imageId: 'sha256:1', repoDigest: null }),
    restartPolicy: fc.constantFrom('always' as const, 'on-failure' as const, 'never' as const),
    update: anyUpdate,
    /** How many revisions before the declared one the one lies that proved itself; null: none did. */
    back: fc.constantFrom(null, 0, 1, 1, 1, 2),
    rollout: fc.option(anyRollout, { freq: 5 }),
    instances: fc.uniqueArray(anyInstance, { selector: ({ id }) => id, maxLength: 8 }),
    healths: fc.array(anyHealth, { minLength: 8, maxLength: 8 }),
    slots: fc.array(anySlot, { maxLength: 4 }),
    image: fc.tuple(trouble, fc.integer({ min: 1, max: 3 })),
    teardown: trouble,
  })
  .map(({ kind, isDeleted, isOnHost, hasPort, hasCheck, restartPolicy, update, ...rest }) => {
    const { back, rollout, healths, image, teardown, slots, ...declared } = rest;
    const policy = kind === 'job' ? ('never' as const) : restartPolicy;
    const spec = {
      restartPolicy: policy,
      ports: hasPort ? [aPort()] : [],
      healthChecks: hasCheck && kind === 'worker' ? [readinessCheck] : [],
      update,
    };
    const number = back === null || kind === 'job' ? null : Math.max(1, declared.revision - back);
    const checked = declared.instances.flatMap(({ id }, at) => {
      const health = hasCheck ? healths[at] : null;
      return health ? [[id, health] as const] : [];
    });
    return aSubject({
      ...declared,
      kind,
      instances: isOnHost ? declared.instances.map(onHost) : declared.instances,
      deletedAt: isDeleted ? later(-1) : null,
      spec,
      stable: number === null ? null : pinned(number, { spec }),
      health: Object.fromEntries(checked),
      slots: kind === 'job' ? slots : slots.map((slot) => ({ ...slot, run: null })),
      memory: {
        image: { ...image[0], revision: image[1] },
        teardown,
        stable: number,
        rollout: rollout === null || kind === 'job' ? null : rolloutOf(rollout, declared.revision, number),
      },
    });
  });

const rolloutOf = (
  { age, ...changes }: { readonly age: number } & Partial<RolloutMemory>,
  declared: number,
  from: number | null,
): RolloutMemory => aRollout({ revision: Math.max(1, declared - age), from, ...changes });

/**
 * The subject once its plan has been done on an engine that refuses nothing: everything is ready, the store hands out
 * the revision that proved itself, and time has passed until something is due.
 */
export function outcomeOf(subject: Subject, plan: Plan, dueAt: number | null = plan.dueAt): Subject {
  const instances = plan.lanes.reduce(
    (before, lane) => lane.actions.reduce((now, action) => step(atLane(subject, lane), now, action), before),
    settled(subject),
  );
  const { desired, now } = subject;
  const memory = remember(withRuns(subject, plan.lanes), { desired, outcomes: plan.lanes.map(done), now });
  const pin = plan.resolveImage ? { imageId: 'sha256:1', repoDigest: null } : desired.revision.pin;
  const revision = { ...desired.revision, pin };
  return {
    ...subject,
    desired: { ...desired, revision, stable: memory.stable === revision.number ? revision : desired.stable },
    memory,
    instances,
    health: new Map(instances.map(({ id }) => [id, ready])),
    now: Math.max(now + 100, dueAt ?? dueAfter(memory)),
  };
}

/** The subject as a lane's slot is planned: with the lane's revision as what is wanted. */
const atLane = (subject: Subject, { revision }: Lane): Subject => {
  const wanted = revisionNumbered(subject.desired, revision);
  return wanted ? atRevision(subject, wanted) : subject;
};

/** What the engine does by itself: a removal under way ends, a restart too. */
const settled = ({ instances, now }: Subject): readonly Instance[] =>
  instances
    .filter(({ state }) => state !== 'removing')
    .map((one) => (one.state === 'restarting' ? { ...one, state: 'running', startedAt: now } : one));

/** What one action makes of the containers there are. */
export function step(subject: Subject, before: readonly Instance[], action: Action): readonly Instance[] {
  const change = (changes: Partial<Instance>) =>
    before.map((one) =>
      'target' in action && (one.id === action.target || one.containerName === action.target)
        ? { ...one, ...changes }
        : one,
    );
  switch (action.kind) {
    case 'createInstance': {
      const identity = identityOf(subject.desired, action.slot, action.attempt);
      const name = containerName(identity);
      if (before.some((one) => one.containerName === name)) return before;
      const id = `new-${name}-${subject.now}`;
      const { serves } = action;
      return [...before, { ...anInstance({ state: 'created' }), id, containerName: name, identity, serves }];
    }
    case 'startInstance':
      return change({ state: 'running', startedAt: subject.now, connected: true, restartCount: 0 });
    case 'unpauseInstance':
      return change({ state: 'running' });
    case 'connectInstance':
      return change({ connected: true, serves: action.serves });
    case 'joinService':
      return change({ serves: true });
    case 'leaveService':
      return change({ serves: false });
    case 'stopInstance':
      return change({ state: 'exited', exitCode: 143, finishedAt: subject.now });
    case 'removeInstance':
      return before.filter(({ id }) => id !== action.target);
    default:
      return before;
  }
}

function done(lane: Lane): LaneOutcome {
  const read = lane.actions.find((action) => action.kind === 'readLastWords');
  const lastWords = read?.kind === 'readLastWords' ? { instanceId: read.target, lines: ['bye'] } : undefined;
  return { lane, fault: null, failed: null, events: [], lastWords };
}

function withRuns(subject: Subject, lanes: readonly Lane[]): Memory {
  const slots = Object.fromEntries(
    lanes.flatMap((lane) =>
      lane.actions.flatMap((action): [number, SlotMemory][] => {
        if (action.kind !== 'intendRun') return [];
        const { slot, attempt } = action;
        const run = aRun({ revision: lane.revision, attempt });
        return [[slot, { ...slotMemory(atLane(subject, lane), slot), run }]];
      }),
    ),
  );
  return { ...subject.memory, slots: { ...subject.memory.slots, ...slots } };
}

/** When the latest wait ends. */
const dueAfter = ({ slots }: Memory): number =>
  Math.max(0, ...Object.values(slots).map(({ retryAt }) => (retryAt === null ? 0 : Date.parse(retryAt))));
