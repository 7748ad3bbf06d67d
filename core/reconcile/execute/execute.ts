/**
 * Executes the actions of one deployment's plan: the preparations first, then the lanes in parallel; an error ends its
 * lane, becomes data and does not stop the others. What is remembered of the outcome is decided in outcome.ts.
 */
import type { RevisionRecord } from '../../deployment/record.ts';
import type { EventReason, NewEvent } from '../../event/event.ts';
import { makeStop } from '../../log/stop.ts';
import type { Places } from '../../places.ts';
import type { Clock, Desired, Log } from '../../ports.ts';
import { RuntimeError } from '../../runtime-error.ts';
import { faultOf } from '../faults.ts';
import { containerName, identityOf, serviceAliases } from '../identity.ts';
import type { Fault } from '../memory.ts';
import {
  type Action,
  type ActionKind,
  type ActionOf,
  joinsNetwork,
  type Lane,
  type Plan,
} from '../plan/actions.ts';
import { revisionNumbered } from '../subject.ts';
import { readyFiles, removeFiles } from './container-files.ts';
import { type CreatePorts, createPinned } from './create-instance.ts';
import { readLastLines } from './last-lines.ts';

/** The ports that executing needs. */
export interface ExecutePorts extends CreatePorts {
  readonly clock: Clock;
  readonly log: Log;
  /** Limits calls that mostly wait (a stop waits for the process), by the uid of the deployment. */
  readonly waits: Places;
  /** Limits stops that have just begun, by the uid of the deployment. */
  readonly stops: Places;
}

/** One deployment's work in flight. */
export interface Execution {
  readonly desired: Desired;
  readonly plan: Plan;
  /** The names of the containers observed when the plan was made, by id. */
  readonly names: ReadonlyMap<string, string>;
  /** Whether the planned work is no longer wanted: then no further action begins. */
  isCancelled(): boolean;
  /** Durably records that a try of a job's part is about to begin, at the run's revision. */
  intendRun(intended: ActionOf<'intendRun'>, revision: RevisionRecord): Promise<void>;
}

/** How a lane ended. */
export interface LaneOutcome {
  readonly lane: Lane;
  readonly fault: Fault | null;
  /** The refused action, and how long the other side asked to wait before the next try. */
  readonly failed: {
    readonly kind: ActionKind;
    readonly error: unknown;
    readonly retryAfterSeconds: number;
  } | null;
  readonly events: readonly NewEvent[];
  /** What was read from a container's log. */
  readonly lastWords?: { readonly instanceId: string; readonly lines: readonly string[] } | undefined;
}

/**
 * Executes a plan; never rejects because the engine refused an action. If the network cannot be prepared, lanes that
 * join no network still continue.
 */
export async function execute(execution: Execution, ports: ExecutePorts): Promise<readonly LaneOutcome[]> {
  const { prepare, lanes } = execution.plan;
  const before = await runLane(execution, { slot: -1, revision: 0, actions: prepare, counts: false }, ports);
  const held = before.failed ? lanes.filter(joinsNetwork) : [];
  return Promise.all(
    lanes.map((lane) => {
      if (!held.includes(lane)) return runLane(execution, lane, ports);
      return { ...before, lane, events: lane === held[0] ? before.events : [] };
    }),
  );
}

/** State that the actions of one lane pass on to each other. */
interface LaneState {
  /** The deployment with the revision to which the lane brings its slot. */
  readonly desired: Desired;
  createdId: string | null;
  lastWords: LaneOutcome['lastWords'];
}

interface Step<Kind extends ActionKind> {
  readonly action: ActionOf<Kind>;
  readonly execution: Execution;
  readonly state: LaneState;
}

type Executors = {
  readonly [Kind in ActionKind]: (
    step: Step<Kind>,
    ports: ExecutePorts,
  ) => Promise<Told | readonly Told[] | null>;
};

/** What an executed action reports as an event. */
interface Told {
  readonly reason: EventReason;
  readonly message: string;
}

async function runLane(execution: Execution, lane: Lane, ports: ExecutePorts): Promise<LaneOutcome> {
  const outcome = await runActions(execution, lane, ports);
  if (!outcome.failed || !lane.otherwise) return outcome;
  const { events } = await runActions(execution, { ...lane, actions: lane.otherwise }, ports);
  return { ...outcome, events: [...outcome.events, ...events] };
}

async function runActions(execution: Execution, lane: Lane, ports: ExecutePorts): Promise<LaneOutcome> {
  const { desired } = execution;
  const revision = revisionNumbered(desired, lane.revision) ?? desired.revision;
  const state: LaneState = { desired: { ...desired, revision }, createdId: null, lastWords: undefined };
  const events: NewEvent[] = [];
  const told = (what: Told, level: NewEvent['level']): NewEvent => {
    const at = new Date(ports.clock.now()).toISOString();
    return { uid: execution.desired.record.uid, at, level, component: 'docker', ...what };
  };
  for (const action of lane.actions) {
    if (execution.isCancelled()) break;
    try {
      const what = (await run(action, { execution, state }, ports)) ?? [];
      events.push(...[what].flat().map((one) => told(one, 'info')));
    } catch (error) {
      // The container was gone before the action: the next tick decides what is needed instead.
      if (error instanceof RuntimeError && error.kind === 'missing') break;
      const fault = faultOf(error, action.kind);
      if (!(error instanceof RuntimeError)) ports.log.error('A step failed', { action: action.kind, error });
      events.push(told({ reason: failureReason(action.kind), message: fault.reason }, 'error'));
      return {
        lane,
        fault,
        failed: { kind: action.kind, error, retryAfterSeconds: askedWait(error) },
        events,
        lastWords: state.lastWords,
      };
    }
  }
  return { lane, fault: null, failed: null, events, lastWords: state.lastWords };
}

const askedWait = (error: unknown): number =>
  error instanceof RuntimeError ? (error.retryAfterSeconds ?? 0) : 0;

const failureReason = (kind: ActionKind): EventReason =>
  kind === 'createInstance' || kind === 'startInstance' ? 'ContainerStartFailed' : 'ActionFailed';

/** Runs the executor for the action's kind; the type of the table ensures that there is one. */
function run<Kind extends ActionKind>(
  action: Action & ActionOf<Kind>,
  context: Omit<Step<Kind>, 'action'>,
  ports: ExecutePorts,
): Promise<Told | readonly Told[] | null> {
  return executors[action.kind as Kind]({ ...context, action }, ports);
}

const executors: Executors = {
  async ensureNetwork({ action }, { runtime, calls }) {
    await calls(() => runtime.ensureNetwork(action.namespace));
    return null;
  },
  async createInstance({ action, state }, ports) {
    const identity = identityOf(state.desired, action.slot, action.attempt);
    const { id, wasPulled } = await createPinned(state.desired, action, ports);
    state.createdId = id;
    const created = `Container ${containerName(identity)} created`;
    const { image } = state.desired.revision.spec;
    return [
      ...(wasPulled
        ? [{ reason: 'ImagePulled', message: `Image ${image} pulled again: it was missing` } as const]
        : []),
      { reason: 'ContainerCreated', message: created },
    ];
  },
  async intendRun({ action, execution, state }) {
    await execution.intendRun(action, state.desired.revision);
    return null;
  },
  async startInstance({ action, execution, state }, ports) {
    const target = state.createdId ?? action.target;
    const { record } = state.desired;
    const own =
      action.revision === undefined ? undefined : revisionNumbered(execution.desired, action.revision);
    const revision = own ?? state.desired.revision;
    const of = { containerName: called(execution, action.target), namespace: record.namespace };
    await readyFiles({ ...of, spec: revision.spec }, target, ports);
    await ports.calls(() => ports.runtime.start(target));
    return { reason: 'ContainerStarted', message: `Container ${called(execution, action.target)} started` };
  },
  async unpauseInstance({ action, execution }, { runtime, calls }) {
    await calls(() => runtime.unpause(action.target));
    return {
      reason: 'ContainerStarted',
      message: `Container ${called(execution, action.target)} unpaused: it had been paused by hand`,
    };
  },
  async connectInstance({ action, execution }, { runtime, calls }) {
    const { record } = execution.desired;
    const aliases = action.serves ? serviceAliases(record) : [];
    await calls(() => runtime.connect(action.target, record.namespace, aliases));
    return {
      reason: 'NetworkRepaired',
      message: `Container ${called(execution, action.target)} joined to its network again`,
    };
  },
  async joinService({ action, execution }, { runtime, calls }) {
    const { record } = execution.desired;
    await calls(() => runtime.connect(action.target, record.namespace, serviceAliases(record)));
    return {
      reason: 'ContainerJoined',
      message: `Container ${called(execution, action.target)} gets traffic`,
    };
  },
  async leaveService({ action, execution }, { runtime, calls }) {
    await calls(() => runtime.connect(action.target, execution.desired.record.namespace, []));
    const message = `Container ${called(execution, action.target)} gets no new traffic`;
    return { reason: 'ContainerLeft', message };
  },
  async drain({ action, execution }, { clock }) {
    // Counts the time slept rather than reading the clock, which may be set meanwhile.
    for (let left = action.ms; left > 0 && !execution.isCancelled(); left -= drainStepMs) {
      await clock.sleep(Math.min(left, drainStepMs));
    }
    return null;
  },
  async readLastWords({ action, state }, ports) {
    const lines = await readLastLines(action.target, state.desired, ports);
    state.lastWords = { instanceId: action.target, lines };
    return null;
  },
  async stopInstance({ action, execution }, ports) {
    const { desired } = execution;
    const { spec } = revisionNumbered(desired, action.revision) ?? desired.revision;
    await stopInTurn({ uid: desired.record.uid, target: action.target, graceMs: spec.stopGraceMs }, ports);
    return {
      reason: 'ContainerStopped',
      message: `Container ${called(execution, action.target)} stopped: ${action.why}`,
    };
  },
  async removeInstance({ action, execution, state }, ports) {
    await ports.calls(() => ports.runtime.remove(action.target));
    await removeFiles(called(execution, action.target), ports);
    return {
      reason: 'ContainerRemoved',
      message: `Container ${called(execution, action.target)} removed: ${action.why}${said(state, action.target)}`,
    };
  },
};

/**
 * Stops a container. Engines are slower with many stops at once, so that only a few begin together; one that takes long
 * waits for its process, keeps the engine no longer busy, and lets the next one begin.
 */
async function stopInTurn(
  { uid, target, graceMs }: { readonly uid: string; readonly target: string; readonly graceMs: number },
  { waits, stops, runtime, clock }: ExecutePorts,
): Promise<void> {
  await waits(uid, async () => {
    let stopped = Promise.resolve();
    await stops(uid, async () => {
      const ended = makeStop();
      stopped = runtime.stop(target, graceMs).finally(() => ended.stop());
      // Awaited below; here it only ends the turn.
      stopped.catch(() => undefined);
      await clock.sleep(stopTurnMs, ended.signal);
    });
    await stopped;
  });
}

/** How long a stop keeps others from beginning, ms. */
const stopTurnMs = 500;

/** The last lines that a container wrote, if they were read: its log is removed with it. */
const said = ({ lastWords }: LaneState, target: string): string =>
  lastWords?.instanceId === target && lastWords.lines.length > 0
    ? `; it wrote last: ${lastWords.lines.join(' | ')}`
    : '';

/** How soon a wait notices that it is no longer wanted, ms. */
const drainStepMs = 250;

/** The name of a container, if it was observed; otherwise the target as given in the action. */
const called = ({ names }: Execution, target: string): string => names.get(target) ?? target;
