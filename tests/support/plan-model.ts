/** Any subject at all for property tests, and an engine so simple that it is a function: what a plan makes of a subject. */
import fc from 'fast-check';
import type { Action, Lane, Plan } from '../../core/reconcile/actions.ts';
import type { LaneOutcome } from '../../core/reconcile/execute.ts';
import { containerName, identityOf } from '../../core/reconcile/identity.ts';
import type { Memory, SlotMemory } from '../../core/reconcile/memory.ts';
import { remember } from '../../core/reconcile/outcome.ts';
import { type Subject, slotMemory } from '../../core/reconcile/subject.ts';
import type { Instance } from '../../core/runtime.ts';
import { aSlot } from './records.ts';
import { aFault, anInstance, aPort, aRun, aSubject, later, lookedAt } from './subjects.ts';

const anyInstance = fc
  .record({
    slot: fc.constantFrom(0, 0, 0, 1, 2),
    revision: fc.integer({ min: 1, max: 2 }),
    attempt: fc.constantFrom(0, 0, 1),
    state: fc.oneof(
      { weight: 6, arbitrary: fc.constant('running' as const) },
      {
        weight: 6,
        arbitrary: fc.constantFrom('created', 'restarting', 'paused', 'exited', 'dead', 'removing'),
      },
    ),
    connected: fc.constantFrom(true, true, true, false, null),
    upMs: fc.constantFrom(0, 4_999, 5_000, 60_000),
    exitCode: fc.constantFrom(0, 1),
    restartCount: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ slot, revision, attempt, state, exitCode, ...rest }): Instance => {
    const id = `c${slot}-r${revision}${attempt === 0 ? '' : '-more'}`;
    const name = `default_web_${slot}_r${revision}${attempt === 0 ? '' : '_more'}`;
    const ended = state === 'exited' || state === 'dead' ? { exitCode } : {};
    return anInstance({ slot, revision, state, id, containerName: name, ...rest, ...ended });
  });

const anySlot = fc
  .record({
    revision: fc.integer({ min: 1, max: 3 }),
    failures: fc.integer({ min: 0, max: 6 }),
    retryAt: fc.constantFrom(null, later(-1), later(0), later(1_500)),
    fault: fc.constantFrom(null, aFault(), aFault({ status: 'network_error' })),
    crashes: fc.integer({ min: 0, max: 4 }),
    run: fc.constantFrom(null, aRun(), aRun({ outcome: 'completed', exitCode: 0, finishedAt: later(-1) })),
  })
  .map((changes): SlotMemory => aSlot(changes));

const trouble = fc.record({
  failures: fc.integer({ min: 0, max: 3 }),
  retryAt: fc.constantFrom(null, later(-1), later(900)),
  fault: fc.constantFrom(null, aFault()),
});

/** A worker or a job in any state, seen at any moment of its life. */
export const anySubject: fc.Arbitrary<Subject> = fc
  .record({
    kind: fc.constantFrom('worker' as const, 'worker' as const, 'job' as const),
    replicas: fc.constantFrom(0, 1, 1, 2, 3),
    revision: fc.integer({ min: 1, max: 3 }),
    isDeleted: fc.constantFrom(false, false, false, true),
    hasPort: fc.boolean(),
    pin: fc.constantFrom(null, { imageId: 'sha256:1', repoDigest: null }),
    restartPolicy: fc.constantFrom('always' as const, 'on-failure' as const, 'never' as const),
    instances: fc.uniqueArray(anyInstance, { selector: ({ id }) => id, maxLength: 6 }),
    slots: fc.array(anySlot, { maxLength: 4 }),
    image: fc.tuple(trouble, fc.integer({ min: 1, max: 3 })),
    teardown: trouble,
  })
  .map(({ kind, isDeleted, hasPort, restartPolicy, image: [image, revision], teardown, slots, ...rest }) => {
    const policy = kind === 'job' ? ('never' as const) : restartPolicy;
    return aSubject({
      ...rest,
      kind,
      deletedAt: isDeleted ? later(-1) : null,
      spec: { restartPolicy: policy, ports: hasPort ? [aPort()] : [] },
      slots: kind === 'job' ? slots : slots.map((slot) => ({ ...slot, run: null })),
      memory: { image: { ...image, revision }, teardown },
    });
  });

/** The subject once its plan has been done on an engine that refuses nothing, and time has passed until it is due. */
export function outcomeOf(subject: Subject, plan: Plan): Subject {
  const instances = plan.lanes
    .flatMap(({ actions }) => actions)
    .reduce((before, action) => step(subject, before, action), settled(subject));
  const { desired, now } = subject;
  const memory = remember(withRuns(subject, plan.lanes), { desired, outcomes: plan.lanes.map(done), now });
  const pin = plan.resolveImage ? { imageId: 'sha256:1', repoDigest: null } : desired.revision.pin;
  return {
    ...subject,
    desired: { ...desired, revision: { ...desired.revision, pin } },
    memory,
    instances,
    now: Math.max(now + 100, plan.dueAt ?? dueAfter(memory)),
  };
}

/** What the engine does by itself: a removal under way ends, a restart too. */
const settled = ({ instances }: Subject): readonly Instance[] =>
  instances
    .filter(({ state }) => state !== 'removing')
    .map((one) => (one.state === 'restarting' ? { ...one, state: 'running', startedAt: lookedAt } : one));

function step(subject: Subject, before: readonly Instance[], action: Action): readonly Instance[] {
  const change = (changes: Partial<Instance>) =>
    before.map((one) =>
      'target' in action && (one.id === action.target || one.containerName === action.target)
        ? { ...one, ...changes }
        : one,
    );
  switch (action.kind) {
    case 'createInstance': {
      const identity = identityOf(subject.desired, action.slot);
      const name = containerName(identity);
      if (before.some((one) => one.containerName === name)) return before;
      const id = `new-${name}-${subject.now}`;
      return [...before, { ...anInstance({ state: 'created' }), id, containerName: name, identity }];
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
      return change({ state: 'exited', exitCode: 143 });
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
  const intended = lanes.flatMap(({ actions, slot }) =>
    actions.some(({ kind }) => kind === 'intendRun') ? [slot] : [],
  );
  const revision = subject.desired.revision.number;
  const slots = Object.fromEntries(
    intended.map((slot) => [slot, { ...slotMemory(subject, slot), run: aRun({ revision }) }]),
  );
  return { ...subject.memory, slots: { ...subject.memory.slots, ...slots } };
}

/** When the latest wait ends. */
const dueAfter = ({ slots }: Memory): number =>
  Math.max(0, ...Object.values(slots).map(({ retryAt }) => (retryAt === null ? 0 : Date.parse(retryAt))));
