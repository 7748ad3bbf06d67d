/**
 * Runs ticks over everything that is declared: observe, judge, plan, record, begin; long work continues beside later
 * ticks, which skip its slots until it ends. It knows no timer: the loop, writes, events of the engine and cron all
 * call the same tick.
 */
import { RingError } from '../errors.ts';
import type { Desired, Lease } from '../ports.ts';
import type { Identity, Instance, RuntimeEvent } from '../runtime.ts';
import { RuntimeError } from '../runtime-error.ts';
import { makeKilled } from './execute/killed.ts';
import { makeFileSweep, makeNetworkSweep, sweepUnclaimed } from './execute/sweep.ts';
import { makeWorkInFlight, type SlotWork, type WorkInFlight } from './execute/work-in-flight.ts';
import { makeCapacityReader } from './gate/capacity.ts';
import { targetsOf } from './health-targets.ts';
import { makeLeaseKeeper } from './lease-keeper.ts';
import type { ReconcilerOptions, ReconcilerPorts } from './needs.ts';
import type { Plan } from './plan/actions.ts';
import { makeRecorder } from './recorder.ts';
import type { TickReport } from './report.ts';
import { makeSettledSkip } from './skip-settled.ts';
import { lookAt, type Survey, type SurveyInput, survey } from './survey.ts';

/** The result of a tick, and when the next one is needed even if nothing happens (ms since 1970; null: never). */
export interface Ticked {
  readonly report: TickReport;
  readonly dueAt: number | null;
}

/** Makes what runs match what is declared. */
export interface Reconciler {
  /** Runs one tick, which begins work and does not wait for it. RECONCILER_BUSY if another process holds the lease. */
  tick(): Promise<Ticked>;
  /** Resolves when no work is in flight. */
  idle(): Promise<void>;
  /** Handles an event of the engine; returns whether it is news, and not the effect of work in flight. */
  notice(event: RuntimeEvent): boolean;
  /**
   * Runs work that belongs to no deployment, under the lease and beside ticks; the work checks `mayGoOn` before each
   * action. RECONCILER_BUSY if another process holds the lease.
   */
  runUnderLease<T>(work: (lease: Lease, mayGoOn: () => boolean) => Promise<T>): Promise<T>;
  /** Begins no more work; resolves when the work in flight has ended. */
  stop(): Promise<void>;
}

/** The time between two sweeps for files that belong to no container, ms. */
const sweepFilesMs = 60_000;

/** Longer than restarts and reboots, and than the interval of cron, ms. */
const defaultLateMs = 10 * 60_000;

/** Makes a reconciler that has not run yet. */
export function makeReconciler(ports: ReconcilerPorts, options: ReconcilerOptions): Reconciler {
  const { store, clock, log, cron } = ports;
  const timekeeping = { cron, lateMs: options.lateMs ?? defaultLateMs };
  const keeper = makeLeaseKeeper(ports, () => workInFlight.cancelAll());
  const recorder = makeRecorder(store);
  const workInFlight: WorkInFlight = makeWorkInFlight(ports, { recorder, keeper, ...options });
  const lookOnce = makeSettledSkip(lookAt);
  const capacity = makeCapacityReader(ports);
  const killed = makeKilled();
  const networks = makeNetworkSweep(ports);
  const sweepFiles = makeFileSweep(ports);
  let ticking: Promise<unknown> = Promise.resolve();
  let stopped = false;
  let lastSeenAt: string | null = null;
  let sweepFilesAt = 0;
  /** Since when the engine has been observed without a gap, ms since 1970; null while it cannot be observed. */
  let watchedFrom: number | null = null;

  async function takeLease(): Promise<Lease> {
    if (stopped) throw new RingError('RECONCILER_BUSY', 'This reconciler has been stopped');
    return keeper.take();
  }

  async function pass(): Promise<Ticked> {
    const startedAt = clock.now();
    const lease = await takeLease();
    const inFlight = workInFlight.all();
    const seen = await look();
    const found = await recorder.exclusively(() => decide(lease, { inFlight, seen }));
    if (found === null) {
      // Asks outside the recorder's queue: work that ends while the engine is slow must be able to record it.
      await capacity.ask();
      return pass();
    }
    const { unclaimed, begun } = await begin(lease, found, seen.observed);
    const settled = found.settled && begun === 0 && workInFlight.all().size === 0;
    const report: TickReport = {
      state: seen.observed === null ? 'unknown' : settled ? 'converged' : 'converging',
      deployments: found.desired.length,
      actions: begun,
      failures: workInFlight.takeFailures(),
      unknown: found.unknown,
      unclaimed,
      duration_ms: clock.now() - startedAt,
    };
    return { report, dueAt: found.dueAt };
  }

  interface Seen {
    readonly observed: ReadonlyMap<string, readonly Instance[]> | null;
    readonly reason: string;
    /** The time of the observation, ms since 1970. */
    readonly at: number;
  }

  /** Observes the engine. An engine that does not answer gives an unknown observation, never an empty one. */
  async function look(): Promise<Seen> {
    try {
      const instances = await ports.runtime.observe();
      killed.saw(instances);
      return { observed: byUid(instances), reason: '', at: clock.now() };
    } catch (error) {
      if (!(error instanceof RuntimeError)) log.error('The engine could not be looked at', { error });
      const why =
        error instanceof RuntimeError
          ? error.message
          : 'an unexpected error; the log of Ring has the details';
      networks.request();
      return { observed: null, reason: `the engine cannot be seen: ${why}`, at: clock.now() };
    }
  }

  /** Judges, plans and records, before any work begins; null if the host's capacity must be read first. */
  async function decide(
    lease: Lease,
    { inFlight, seen }: { readonly inFlight: ReadonlySet<SlotWork>; readonly seen: Seen },
  ): Promise<(Survey & { readonly desired: readonly Desired[] }) | null> {
    const desired = await store.desired();
    for (const { record } of desired) workInFlight.cancelOutdated(record);
    if (seen.observed !== null && capacity.isAwaited(desired)) return null;
    const now = clock.now();
    const watchedSince = noteWatch(seen, now);
    // This comes first, so that the health of one process is not applied to the process that replaced it.
    if (seen.observed !== null) ports.health.watch(targetsOf(desired, seen.observed));
    const input: SurveyInput = {
      desired,
      observed: seen.observed,
      unseen: { reason: seen.reason, lastSeenAt },
      now,
      timekeeping,
      historyAgeMs: options.historyAgeMs,
      killed: killed.ids(),
      health: ports.health.known(),
      watchedSince,
      capacity: seen.observed === null ? null : capacity.read(desired),
      ...workAt(workInFlight.all(), inFlight),
    };
    const found = survey(input, lookOnce);
    await record(lease, found, seen);
    return { ...found, desired: withoutPurged(desired, found) };
  }

  /** Since when the engine has been observed without a gap, ms since 1970; 0 if ticks do not run continuously. */
  function noteWatch({ observed }: Seen, now: number): number {
    watchedFrom = observed === null ? null : (watchedFrom ?? now);
    return options.isWatching?.() === false ? 0 : (watchedFrom ?? now);
  }

  /**
   * The deployments without those purged in this tick. A namespace without deployments no longer needs its network, so
   * a sweep is requested.
   */
  function withoutPurged(desired: readonly Desired[], { recordings }: Survey): readonly Desired[] {
    const purged = new Set(recordings.filter(({ purge }) => purge).map(({ uid }) => uid));
    const left = desired.filter(({ record }) => !purged.has(record.uid));
    const namespaces = new Set(left.map(({ record }) => record.namespace));
    if (desired.some(({ record }) => !namespaces.has(record.namespace))) networks.request();
    return left;
  }

  /** Writes what was found; on a quiet tick only that it looked: no work may begin if the database accepts no writes. */
  async function record(lease: Lease, { recordings }: Survey, { observed, at }: Seen): Promise<void> {
    const observedAt = observed === null ? null : new Date(at).toISOString();
    if (recordings.length > 0) await store.record(lease, recordings, observedAt);
    else if (observedAt !== null) await store.noteObserved(lease, observedAt);
    lastSeenAt = observedAt ?? lastSeenAt;
  }

  /** Begins the planned work; none if the engine could not be observed. */
  async function begin(
    lease: Lease,
    { plans, desired }: Survey & { readonly desired: readonly Desired[] },
    observed: Seen['observed'],
  ): Promise<{ readonly unclaimed: number; readonly begun: number }> {
    if (observed === null) return { unclaimed: 0, begun: 0 };
    // Planned work begins before the sweeps: nothing depends on them, and the engine may be slow.
    let begun = 0;
    for (const planned of plans) {
      workInFlight.begin(lease, planned);
      begun += countActions(planned.plan);
    }
    await networks.run(desired);
    if (clock.now() >= sweepFilesAt) {
      sweepFilesAt = clock.now() + sweepFilesMs;
      await sweepFiles(observed);
    }
    const sweep = await sweepUnclaimed({ desired, observed, workInFlight }, ports);
    if (!sweep.isClear) networks.request();
    return { unclaimed: sweep.unclaimed, begun: begun + sweep.begun };
  }

  const isAtWork = ({ uid, slot }: Identity): boolean =>
    [...workInFlight.all()].some((work) => work.uid === uid && work.slots.has(slot));

  const tick = (): Promise<Ticked> => {
    const next = ticking
      .then(pass)
      .catch((error: unknown) => {
        if (error instanceof RingError && error.code === 'LEASE_LOST') workInFlight.cancelAll();
        throw error;
      })
      .finally(() => workInFlight.restIfIdle());
    ticking = next.then(
      () => undefined,
      () => undefined,
    );
    return next;
  };

  return {
    tick,
    idle: () => workInFlight.idle(),
    notice(event) {
      const { action, instanceId, identity } = event;
      killed.notice(event);
      // A paused instance cannot replace those that are being removed in its favour either.
      const fails = action === 'die' || action === 'destroy' || action === 'pause';
      if (fails && workInFlight.cancelForEnd(identity, instanceId)) return true;
      return action !== 'create' && !isAtWork(identity);
    },
    async runUnderLease(work) {
      // Queued with the ticks, so that the process takes the lease only once; the work itself runs beside them.
      const begun = ticking.then(async () => {
        const lease = await takeLease();
        return { done: workInFlight.beside((mayGoOn) => work(lease, mayGoOn)) };
      });
      ticking = begun.then(
        () => undefined,
        () => undefined,
      );
      try {
        return await (await begun).done;
      } finally {
        ticking = ticking.then(() => workInFlight.restIfIdle());
      }
    },
    async stop() {
      stopped = true;
      await ticking;
      workInFlight.cancelAll();
      await workInFlight.idle();
      await keeper.giveBack();
    },
  };
}

const countActions = ({ prepare, lanes, resolveImage }: Plan): number =>
  lanes.reduce((sum, { actions }) => sum + actions.length, prepare.length) + (resolveImage ? 1 : 0);

/**
 * The slots at work, and the deployments with work that ended since the observation began, which may therefore be out
 * of date.
 */
function workAt(
  now: ReadonlySet<SlotWork>,
  before: ReadonlySet<SlotWork>,
): Pick<SurveyInput, 'atWork' | 'justEnded'> {
  const atWork = new Map<string, ReadonlySet<number>>();
  for (const { uid, slots } of now) atWork.set(uid, new Set([...(atWork.get(uid) ?? []), ...slots]));
  const ended = [...before].filter((work) => !now.has(work));
  return { atWork, justEnded: new Set(ended.map(({ uid }) => uid)) };
}

function byUid(instances: readonly Instance[]): ReadonlyMap<string, readonly Instance[]> {
  const groups = new Map<string, Instance[]>();
  for (const instance of instances) {
    const group = groups.get(instance.identity.uid);
    if (group) group.push(instance);
    else groups.set(instance.identity.uid, [instance]);
  }
  return groups;
}
