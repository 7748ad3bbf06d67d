/**
 * Manages the work in flight: at most one piece for each slot, and separately the resolving of images, so that neither
 * a slow stop nor a slow pull delays anything else. The outcome of each piece is recorded once, when it ends; the
 * actions are executed in execute.ts.
 */
import type { DeploymentRecord } from '../../deployment/record.ts';
import { RingError } from '../../errors.ts';
import { makePlaces } from '../../places.ts';
import type { Desired, Lease } from '../../ports.ts';
import type { Identity } from '../../runtime.ts';
import type { LeaseKeeper } from '../lease-keeper.ts';
import type { Attempt } from '../memory.ts';
import type { ReconcilerOptions, ReconcilerPorts } from '../needs.ts';
import { joinsNetwork, type Lane, type Plan, restarted } from '../plan/actions.ts';
import type { Change, Recorder } from '../recorder.ts';
import { revisionNumbered, slotMemory } from '../subject.ts';
import type { Planned } from '../survey.ts';
import { type Execution, execute } from './execute.ts';
import { makeLimit } from './limit.ts';
import { remember } from './outcome.ts';
import { resolveImage } from './resolve-image.ts';

/** Work that ticks have begun and that has not ended yet. */
export interface WorkInFlight {
  /** All pieces of work that have begun and not ended yet. */
  all(): ReadonlySet<SlotWork>;
  /** Begins the work of a plan. */
  begin(lease: Lease, planned: Planned): void;
  /** Runs other work on a deployment that is no longer declared. */
  beginOther(uid: string, slots: ReadonlySet<number>, work: () => Promise<void>): void;
  /**
   * Runs work that belongs to no deployment and keeps the lease meanwhile; the work checks `mayGoOn` before each
   * action.
   */
  beside<T>(work: (mayGoOn: () => boolean) => Promise<T>): Promise<T>;
  /** Ends work before its next action if what it was planned for has changed. */
  cancelOutdated(record: DeploymentRecord): void;
  /**
   * Ends work that removes other instances in favour of this one, because this one ended or was paused. Returns whether
   * there was any.
   */
  cancelForEnd(identity: Pick<Identity, 'uid' | 'slot'>, instanceId: string): boolean;
  cancelAll(): void;
  /** Returns the number of actions refused since the last call. */
  takeFailures(): number;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
  /** Releases the lease if nothing is in flight. */
  restIfIdle(): Promise<void>;
}

/** One piece of work: some slots of one deployment. */
export interface SlotWork {
  readonly uid: string;
  readonly slots: ReadonlySet<number>;
}

interface Work extends SlotWork {
  readonly generation: number;
  readonly lanes: readonly Lane[];
  cancelled: boolean;
}

/** Makes a manager with no work in flight. */
export function makeWorkInFlight(
  ports: ReconcilerPorts,
  {
    recorder,
    keeper,
    concurrency,
  }: ReconcilerOptions & { readonly recorder: Recorder; readonly keeper: LeaseKeeper },
): WorkInFlight {
  const { clock, log, wake, store } = ports;
  const working = new Set<Work>();
  const beside = new Set<{ cancelled: boolean }>();
  const resolving = new Set<string>();
  const inFlight = new Set<Promise<void>>();
  const limits = {
    calls: makeLimit(concurrency),
    // A stop keeps its place for its whole grace period: no deployment may take all places.
    waits: makePlaces({ each: concurrency * 4, all: concurrency * 64 }),
    stops: makePlaces({ each: concurrency, all: concurrency }),
  };
  let failures = 0;

  /**
   * Tracks work until it ends, and then wakes the loop, since there may be more to do. If the outcome of work could not
   * be recorded, its tries were not counted, so the loop is not woken and the timer retries it: otherwise it would be
   * repeated as fast as the engine answers.
   */
  function track(work: () => Promise<void>, ended: () => void): void {
    const flight = work()
      .then(
        () => wake,
        (error: unknown) => {
          log.error('Work on a deployment was cut short', { error });
          return () => undefined;
        },
      )
      .then((goOn) => {
        ended();
        inFlight.delete(flight);
        goOn();
      });
    inFlight.add(flight);
  }

  const change = async (lease: Lease, what: Change) => {
    try {
      await recorder.change(lease, what);
    } catch (error) {
      if (error instanceof RingError && error.code === 'LEASE_LOST') cancelAll();
      throw error;
    }
  };

  async function work(lease: Lease, { desired, plan, instances }: Planned, state: Work) {
    const { uid } = desired.record;
    const flight: Execution = {
      desired,
      plan,
      names: new Map(instances.map(({ id, containerName }) => [id, containerName])),
      isCancelled: () => state.cancelled,
      intendRun: ({ slot, attempt }, revision) =>
        change(lease, intention({ ...desired, revision }, slot, attempt)),
    };
    for (const lane of plan.lanes) await noteRestart(lease, desired, lane);
    const outcomes = await execute(flight, { ...ports, ...limits });
    failures += outcomes.filter(({ failed }) => failed !== null).length;
    const now = clock.now();
    await change(lease, {
      uid,
      memory: (before) => remember(before, { desired, outcomes, now }),
      // Lanes run in parallel: their events are recorded in the order in which they happened.
      events: outcomes.flatMap(({ events }) => events).sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    });
  }

  /**
   * Durably records what is about to be stopped and started again, so that its end does not count as a crash if Ring
   * dies in between.
   */
  async function noteRestart(lease: Lease, desired: Desired, lane: Lane) {
    const stopping = restarted(lane);
    if (stopping === null) return;
    const { slot } = lane;
    const at = { ...desired, revision: revisionNumbered(desired, lane.revision) ?? desired.revision };
    await change(lease, {
      uid: desired.record.uid,
      memory: (memory) => {
        const before = slotMemory({ memory, desired: at }, slot);
        return { ...memory, slots: { ...memory.slots, [slot]: { ...before, stopping } } };
      },
      events: [],
    });
  }

  /** The record of a try, which is stored durably before a job's process is started. */
  function intention(desired: Desired, slot: number, attempt: number): Change {
    const intendedAt = new Date(clock.now()).toISOString();
    const begun = (before: Attempt | null): Attempt => ({
      revision: desired.revision.number,
      attempt,
      intendedAt,
      finishedAt: null,
      // The outcome of the previous try is shown until this one ends.
      exitCode: before?.exitCode ?? null,
      outcome: null,
      reason: before?.reason ?? null,
    });
    return {
      uid: desired.record.uid,
      memory: (memory) => {
        const before = slotMemory({ memory, desired }, slot);
        return { ...memory, slots: { ...memory.slots, [slot]: { ...before, run: begun(before.run) } } };
      },
      events: [],
    };
  }

  async function pullImage(lease: Lease, desired: Desired) {
    const resolution = await resolveImage(desired, ports);
    if (resolution.failed) failures += 1;
    if (resolution.pin)
      await store.pinImage(lease, desired.record.uid, desired.revision.number, resolution.pin);
    await change(lease, resolution.change);
  }

  function cancelAll(): void {
    for (const state of [...working, ...beside]) state.cancelled = true;
  }

  return {
    all: () => new Set(working),
    begin(lease, planned) {
      const { desired, plan } = planned;
      const { uid, generation } = desired.record;
      const pull = `${uid}#${desired.revision.number}`;
      if (plan.resolveImage && !resolving.has(pull)) {
        resolving.add(pull);
        track(
          () => pullImage(lease, desired),
          () => resolving.delete(pull),
        );
      }
      for (const lanes of bundles(planned)) {
        const slots = new Set(lanes.map(({ slot }) => slot));
        const state: Work = { uid, slots, generation, lanes, cancelled: false };
        working.add(state);
        track(
          () => work(lease, { ...planned, plan: withLanes(plan, lanes) }, state),
          () => working.delete(state),
        );
      }
    },
    beginOther(uid, slots, other) {
      const state: Work = { uid, slots, generation: 0, lanes: [], cancelled: false };
      working.add(state);
      track(other, () => working.delete(state));
    },
    beside(other) {
      const state = { cancelled: false };
      beside.add(state);
      const done = other(() => !state.cancelled).finally(() => {
        beside.delete(state);
        inFlight.delete(flight);
      });
      const flight = done.then(
        () => undefined,
        () => undefined,
      );
      inFlight.add(flight);
      return done;
    },
    cancelOutdated({ uid, generation }) {
      for (const state of working) if (state.uid === uid) state.cancelled ||= state.generation !== generation;
    },
    cancelForEnd({ uid, slot }, instanceId) {
      const hit = [...working].filter(
        (state) =>
          state.uid === uid && state.lanes.some((lane) => lane.slot === slot && takesAway(lane, instanceId)),
      );
      for (const state of hit) state.cancelled = true;
      return hit.length > 0;
    },
    cancelAll,
    takeFailures() {
      const taken = failures;
      failures = 0;
      return taken;
    },
    async idle() {
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
    async restIfIdle() {
      if (inFlight.size === 0) await keeper.giveBack();
    },
  };
}

/**
 * Groups the lanes of a plan into pieces of work. A slot that hands over waits for requests to end and for a process to
 * stop: it is a piece of its own, so that its end makes room for the next slot while others still wait.
 */
function bundles({ desired, plan: { lanes } }: Planned): readonly (readonly Lane[])[] {
  const handsOver = ({ slot, actions }: Lane): boolean =>
    slot < desired.record.replicas && actions.some(({ kind }) => kind === 'drain');
  const apart = new Set(lanes.filter(handsOver).map(({ slot }) => slot));
  const together = lanes.filter(({ slot }) => !apart.has(slot));
  const each = [...apart].map((slot) => lanes.filter((lane) => lane.slot === slot));
  return together.length > 0 ? [together, ...each] : each;
}

const withLanes = (plan: Plan, lanes: readonly Lane[]): Plan => ({
  ...plan,
  lanes,
  prepare: lanes.some(joinsNetwork) ? plan.prepare : [],
});

/** Whether a lane stops another instance in favour of this one, which it leaves running. */
const takesAway = ({ actions }: Lane, instanceId: string): boolean => {
  const gone = actions.flatMap((action) =>
    action.kind === 'stopInstance' || action.kind === 'removeInstance' ? [action] : [],
  );
  return (
    gone.some(({ kind }) => kind === 'stopInstance') && gone.every(({ target }) => target !== instanceId)
  );
};
