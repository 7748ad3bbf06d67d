/**
 * One pass over everything that is declared: look, judge, plan, record, begin. Knows no timer: the loop, a write, an
 * engine's event and cron all call the same tick. Work that takes long goes on beside later ticks, which leave its
 * slots alone until it has ended.
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

/** What a tick found, and when the next one is needed though nothing happens (ms since 1970; null: never). */
export interface Ticked {
  readonly report: TickReport;
  readonly dueAt: number | null;
}

/** Makes what runs be what is declared. */
export interface Reconciler {
  /** One pass; begins work and does not wait for it. RECONCILER_BUSY when another process holds the lease. */
  tick(): Promise<Ticked>;
  /** Resolves when no work is in flight. */
  idle(): Promise<void>;
  /** Notes what the engine told; says whether it is news, and not the echo of work in flight. */
  notice(event: RuntimeEvent): boolean;
  /**
   * Runs work that is no deployment's under the lease, beside ticks, which go on; it asks before each step whether it
   * may. RECONCILER_BUSY when another process holds the lease.
   */
  aside<T>(work: (lease: Lease, mayGoOn: () => boolean) => Promise<T>): Promise<T>;
  /** Begins nothing more; resolves when the work in flight has ended. */
  stop(): Promise<void>;
}

/** How often files are looked for that no container has. */
const sweepFilesMs = 60_000;

/** Restarts and reboots take less, and so does cron to come again. */
const defaultLateMs = 10 * 60_000;

/** A reconciler at rest. */
export function makeReconciler(ports: ReconcilerPorts, options: ReconcilerOptions): Reconciler {
  const { store, clock, log, cron } = ports;
  const timekeeping = { cron, lateMs: options.lateMs ?? defaultLateMs };
  const keeper = makeLeaseKeeper(ports, () => workInFlight.cancelAll());
  const recorder = makeRecorder(store);
  const workInFlight: WorkInFlight = makeWorkInFlight(ports, { recorder, keeper, ...options });
  const lookOnce = makeSettledSkip(lookAt);
  const capacity = makeCapacityReader(ports);
  const killed = makeKilled();
  const sweepNetworks = makeNetworkSweep(ports);
  const sweepFiles = makeFileSweep(ports);
  let ticking: Promise<unknown> = Promise.resolve();
  let stopped = false;
  let lastSeenAt: string | null = null;
  let mustSweep = true;
  let sweepFilesAt = 0;
  /** null while the engine cannot be seen. */
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
      // Out of turn: work that ends while the engine keeps us waiting must be able to note it.
      await capacity.ask();
      return pass();
    }
    const { unclaimed, begun } = await begin(lease, found, seen.observed);
    if (found.recordings.length > 0) await noteSeen(lease, seen);
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
    /** ms since 1970. */
    readonly at: number;
  }

  /** An engine that cannot be asked is unknown, never empty. */
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
      mustSweep = true;
      return { observed: null, reason: `the engine cannot be seen: ${why}`, at: clock.now() };
    }
  }

  /** Judges and plans, and records before anything is done; null where the host's capacity must be asked for first. */
  async function decide(
    lease: Lease,
    { inFlight, seen }: { readonly inFlight: ReadonlySet<SlotWork>; readonly seen: Seen },
  ): Promise<(Survey & { readonly desired: readonly Desired[] }) | null> {
    const desired = await store.desired();
    for (const { record } of desired) workInFlight.cancelOutdated(record);
    if (seen.observed !== null && capacity.isAwaited(desired)) return null;
    const now = clock.now();
    const watchedSince = noteWatch(seen, now);
    // First, so that nothing that was known of a process is held against the one that came after it.
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
    if (found.recordings.length > 0) await store.record(lease, found.recordings);
    // Nothing is begun that could not be written about afterwards; where something was written, this can wait.
    else await noteSeen(lease, seen);
    return { ...found, desired: withoutPurged(desired, found) };
  }

  /** Since when the engine has been watched without a gap, ms since 1970; 0 where nobody watches all the time. */
  function noteWatch({ observed }: Seen, now: number): number {
    watchedFrom = observed === null ? null : (watchedFrom ?? now);
    return options.isWatching?.() === false ? 0 : (watchedFrom ?? now);
  }

  /** What was purged just now no longer needs its namespace's network; others there may. */
  function withoutPurged(desired: readonly Desired[], { recordings }: Survey): readonly Desired[] {
    const purged = new Set(recordings.filter(({ purge }) => purge).map(({ uid }) => uid));
    const left = desired.filter(({ record }) => !purged.has(record.uid));
    const namespaces = new Set(left.map(({ record }) => record.namespace));
    mustSweep ||= desired.some(({ record }) => !namespaces.has(record.namespace));
    return left;
  }

  async function noteSeen(lease: Lease, { observed, at }: Seen): Promise<void> {
    if (observed === null) return;
    lastSeenAt = new Date(at).toISOString();
    await store.noteObserved(lease, lastSeenAt);
  }

  /** Begins the work that was planned; without a look at the engine there is none. */
  async function begin(
    lease: Lease,
    { plans, desired }: Survey & { readonly desired: readonly Desired[] },
    observed: Seen['observed'],
  ): Promise<{ readonly unclaimed: number; readonly begun: number }> {
    if (observed === null) return { unclaimed: 0, begun: 0 };
    // First: what is swept up is in nobody's way, and an engine may take long to answer.
    let begun = 0;
    for (const planned of plans) {
      workInFlight.begin(lease, planned);
      begun += countActions(planned.plan);
    }
    if (mustSweep) mustSweep = !(await sweepNetworks(desired));
    if (clock.now() >= sweepFilesAt) {
      sweepFilesAt = clock.now() + sweepFilesMs;
      await sweepFiles(observed);
    }
    const sweep = await sweepUnclaimed({ desired, observed, workInFlight }, ports);
    mustSweep ||= !sweep.isClear;
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
      // Paused, it does not do the work of what is taken away in its favour either.
      const fails = action === 'die' || action === 'destroy' || action === 'pause';
      if (fails && workInFlight.cancelForEnd(identity, instanceId)) return true;
      return action !== 'create' && !isAtWork(identity);
    },
    async aside(work) {
      // In turn with ticks, for one process asks for the lease once; the work itself goes on beside them.
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

/** Which slots are at work, and whose work ended since a look began: what was seen of those may be old. */
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
