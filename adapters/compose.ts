/** Wires core, handlers and adapters together for one installation. ring.ts opens and closes it. */
import { makeAuthenticate } from '../core/access/authenticate.ts';
import { makeLoginLimit } from '../core/access/login-limit.ts';
import { inTurns } from '../core/concurrency/in-turns.ts';
import { makeHostPorts } from '../core/deployment/host-ports.ts';
import { makeProber, type Prober } from '../core/health/prober.ts';
import { makeOnce } from '../core/idempotency/once.ts';
import { makeStreamLimit } from '../core/log/limit.ts';
import type { OperatorLog } from '../core/operator-log.ts';
import type { Cron, Wake } from '../core/ports.ts';
import { makeForesee } from '../core/reconcile/foresee.ts';
import { makeReconciler, type Reconciler } from '../core/reconcile/reconciler.ts';
import { makeRedact } from '../core/reconcile/redact.ts';
import type { AbortSignalLike, Runtime } from '../core/runtime.ts';
import type { Ports } from '../handlers/ports.ts';
import { readVersion } from './cli/version.ts';
import { gcTerms, type Settings } from './config.ts';
import { makeCron } from './cron/cron.ts';
import type { Data } from './data.ts';
import { makeDocumentPort } from './document.ts';
import { filesOf } from './engine.ts';
import { isHere } from './engine-address.ts';
import { type GcLoop, makeGcLoop } from './loop/gc.ts';
import { reconcileOnce } from './loop/once.ts';
import { makeTimer, type Timer } from './loop/timer.ts';
import type { Metering } from './metrics/metering.ts';
import { makeClock } from './node/clock.ts';
import { makeHost } from './node/host.ts';
import { makeHostPaths } from './node/host-paths.ts';
import { makeIds } from './node/ids.ts';
import { makeListeners, noListeners } from './node/listeners.ts';
import { makeProbes } from './node/probes.ts';
import { makeDigest } from './security/digest.ts';
import { makePasswords } from './security/passwords.ts';
import { makeTokens } from './security/tokens.ts';
import { makeVault } from './security/vault.ts';

/** The opened resources. */
export interface Opened {
  readonly settings: Settings;
  readonly data: Data;
  readonly runtime: Runtime;
  readonly log: OperatorLog;
  readonly metering: Metering;
  /** Aborted when Ring stops. */
  readonly closing: AbortSignalLike;
}

/** The ports of the endpoints, and the background work. */
export interface Composed {
  readonly ports: Ports;
  readonly timer: Timer;
  readonly prober: Prober;
  readonly gc: GcLoop;
}

const mostStreams = 100;
const mostWaits = 100;
// A tick determines the instances to probe; after this time in ms without a tick, another process may be probing them.
const leastStaleMs = 120_000;
// How late a scheduled run may start, in ms: longer than a reboot, and than the pause between two calls of `ring
// reconcile`.
const leastLateMs = 600_000;

/**
 * Composes everything without starting it: nothing runs until the timer, the prober and the garbage collection are
 * started.
 */
export function compose(opened: Opened): Composed {
  const shared = makeShared(opened);
  const background = makeBackground(opened, shared);
  const { timer, prober, gc } = background;
  return { ports: makePorts(opened, shared, background), timer, prober, gc };
}

/** What both the reconciler and the endpoints use. */
interface Shared {
  readonly clock: Ports['clock'];
  readonly cron: Cron;
  readonly vault: Ports['vault'];
  readonly policy: Ports['policy'];
  readonly lateMs: number;
}

/** The work that runs beside the requests. */
interface Background {
  readonly reconciler: Reconciler;
  readonly timer: Timer;
  readonly prober: Prober;
  readonly gc: GcLoop;
}

function makeShared({ settings, data, runtime }: Opened): Shared {
  const clock = makeClock();
  const listeners = isHere(settings) ? makeListeners() : noListeners;
  return {
    clock,
    cron: makeCron(),
    vault: makeVault(data.keys.sealing),
    policy: {
      bindRoots: settings.bindRoots,
      hostPaths: makeHostPaths(),
      hostPorts: makeHostPorts({ runtime, clock, listeners }),
    },
    lateMs: Math.max(leastLateMs, 3 * settings.interval),
  };
}

function makeBackground({ settings, data, runtime, log, metering }: Opened, shared: Shared): Background {
  const { store } = data;
  const { clock, cron, vault, policy, lateMs } = shared;
  const wake: Wake = (uid) => timer.wake(uid);
  const prober = makeProber(
    {
      probes: makeProbes(),
      runtime,
      clock,
      log,
      records: store.healthRecords,
      wake,
      write: store.write,
      redact: makeRedact({ store: store.reconciler, vault }),
    },
    { staleMs: Math.max(leastStaleMs, 3 * settings.interval) },
  );
  const reconciler = makeReconciler(
    {
      store: metering.store(store.reconciler),
      runtime,
      cron,
      files: filesOf(settings, store.installationId),
      clock,
      vault,
      log,
      wake,
      health: prober,
      policy,
    },
    {
      concurrency: settings.concurrency,
      isWatching: () => timer.isRunning(),
      lateMs,
      historyAgeMs: settings.historyAge,
    },
  );
  const gc = makeGcLoop(
    {
      store: store.gc,
      reconciler: store.reconciler,
      runUnderLease: reconciler.runUnderLease,
      runtime,
      clock,
      log,
      onCollected: metering.kept,
    },
    gcTerms(settings),
  );
  const pass = metering.tick(reconciler.tick);
  const tick = inTurns(async () => {
    const ticked = await pass();
    if (ticked.report.actions > 0) gc.noteChange();
    return ticked;
  });
  const inTurn = { ...reconciler, tick };
  const timer = makeTimer({ reconciler: inTurn, runtime, clock, log }, { intervalMs: settings.interval });
  return { reconciler: inTurn, timer, prober, gc };
}

function makePorts(
  { settings, data, runtime, log, metering, closing }: Opened,
  { clock, cron, vault, policy, lateMs }: Shared,
  { reconciler, timer, prober, gc }: Background,
): Ports {
  const { store, keys } = data;
  const { users, revocations, deployments } = store.stores;
  const { cache } = store;
  const ids = makeIds();
  const tokens = makeTokens(
    { clock, ids },
    { key: keys.signing, audience: store.installationId, ttlMs: settings.tokenTtl },
  );
  return {
    ...store.stores,
    authenticate: makeAuthenticate({ tokens, users, revocations, cache }),
    cache,
    changes: store.changes,
    clock,
    closing,
    cron,
    database: store.health,
    document: makeDocumentPort(),
    feed: store.feed,
    foresee: makeForesee({
      store: store.reconciler,
      runtime,
      clock,
      cron,
      lateMs,
      historyAgeMs: settings.historyAge,
      health: prober.known,
      log,
    }),
    healthRecords: prober,
    host: makeHost({ diskPath: settings.dataDir }),
    gc,
    ids,
    loginLimit: makeLoginLimit(clock),
    metrics: metering.metrics({
      deployments,
      cache,
      databaseBytes: store.gc.sizeBytes,
      version: readVersion,
    }),
    once: makeOnce({
      requestKeys: store.requestKeys,
      vault,
      log,
      digest: makeDigest(keys.sealing, 'requests'),
    }),
    passwords: makePasswords(),
    policy,
    reconcile: () => reconcileOnce(reconciler, prober),
    runtime,
    streams: metering.places('stream', makeStreamLimit(mostStreams)),
    tokens,
    vault,
    waits: metering.places('wait', makeStreamLimit(mostWaits, 'requests wait')),
    wake: timer.wake,
    write: store.write,
  };
}
