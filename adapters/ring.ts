/**
 * The composition root and the package's main face: opens the database and the engine, and puts core, handlers and
 * adapters together. Every part decides its own matter; this only says who gets whom.
 */
import { makeAuthenticate } from '../core/access/authenticate.ts';
import {
  admitFirstUser,
  keepsDefaultPassword,
  watchDefaultPassword,
} from '../core/access/default-password.ts';
import { makeLoginLimit } from '../core/access/login-limit.ts';
import { inTurns } from '../core/concurrency/in-turns.ts';
import { makeHostPorts } from '../core/deployment/host-ports.ts';
import { notingPulls } from '../core/gc/pulls.ts';
import { makeProber, type Prober } from '../core/health/prober.ts';
import { makeOnce } from '../core/idempotency/once.ts';
import { makeStreamLimit } from '../core/log/limit.ts';
import { makeStop } from '../core/log/stop.ts';
import type { OperatorLog } from '../core/operator-log.ts';
import type { Wake } from '../core/ports.ts';
import { makeForesee } from '../core/reconcile/foresee.ts';
import { makeReconciler } from '../core/reconcile/reconciler.ts';
import { makeRedact } from '../core/reconcile/redact.ts';
import type { TickReport } from '../core/reconcile/report.ts';
import type { AbortSignalLike, Runtime } from '../core/runtime.ts';
import { endpoints } from '../handlers/endpoints.ts';
import { standardResponse, type ToResponse } from '../handlers/http.ts';
import type { Ports } from '../handlers/ports.ts';
import { createRouter } from '../handlers/router.ts';
import { readVersion } from './cli/version.ts';
import { checkSettings, houseTerms, type Settings, type SettingsInput } from './config.ts';
import { makeCron } from './cron/cron.ts';
import { type Data, openData } from './data.ts';
import { makeDocumentPort } from './document.ts';
import { filesOf, openEngine } from './engine.ts';
import { isHere } from './engine-address.ts';
import { type HouseKeeper, makeHouseKeeper } from './loop/house.ts';
import { reconcileOnce } from './loop/once.ts';
import { makeTimer, type Timer } from './loop/timer.ts';
import { type Metering, makeMetering } from './metrics/metering.ts';
import { makeClock } from './node/clock.ts';
import { makeHost } from './node/host.ts';
import { makeHostPaths } from './node/host-paths.ts';
import { makeIds } from './node/ids.ts';
import { makeLazyListener } from './node/lazy-listener.ts';
import type { NodeListener } from './node/listener.ts';
import { makeListeners, noListeners } from './node/listeners.ts';
import { makeProbes } from './node/probes.ts';
import { isEndless, makeStreams } from './node/streams.ts';
import { makeDigest } from './security/digest.ts';
import { makePasswords } from './security/passwords.ts';
import { makeTokens } from './security/tokens.ts';
import { makeVault } from './security/vault.ts';

export { readSettings, type Settings, SettingsError, type SettingsInput } from './config.ts';
export type { NodeListener } from './node/listener.ts';

/** Every setting by its name in code, and what an embedding host brings. The environment is not read. */
export interface RingOptions extends SettingsInput {
  /** The path below which everything stands, such as `/ring`. */
  readonly basePath?: string | undefined;
  /** In the place of Docker: a plain object of functions. */
  readonly runtime?: Runtime | undefined;
  /** Where the operator reads; nothing is logged without one. */
  readonly log?: OperatorLog | undefined;
}

/** A Ring that is open: its database is, its loop is not yet running. */
export interface Ring {
  /** For any web-standard host; never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** A request listener for node:http, Express, Koa and Fastify. */
  readonly node: NodeListener;
  /** What the endpoints need, to serve single ones by `serve`. */
  readonly ports: Ports;
  /** Reconciles until nothing more begins, and keeps house where that is due. RECONCILER_BUSY while another process is at it. */
  readonly reconcile: () => Promise<TickReport>;
  /** Reconciles from now on: at once after each write and event, and by the timer. */
  readonly start: () => void;
  /** Whether any user still has the default password. */
  readonly keepsDefaultPassword: () => Promise<boolean>;
  /** Ends streams, begins nothing more and waits up to boundMs (6 s) for the work in flight. Containers run on. */
  readonly stop: (boundMs?: number) => Promise<void>;
  /** Stops, and closes the database. */
  readonly close: (boundMs?: number) => Promise<void>;
}

const mostStreams = 100;
const mostWaits = 100;
const stopMs = 6_000;
const storeCloseMs = 1_000;
// Ticks tell whom to probe: without one for so long, it is somebody else's to know.
const leastStaleMs = 120_000;
// How late a scheduled run may begin: a reboot takes less, and so does whoever calls `ring reconcile` from time to time.
const leastLateMs = 600_000;
const silent: OperatorLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Opens Ring on its data directory, with a first user where there is none. Rejects with a sentence for the operator:
 * SettingsError, DATABASE_UNAVAILABLE, or what the file system says. An engine that is down is no reason to.
 */
export const openRing = async (options: RingOptions = {}): Promise<Ring> => {
  const { basePath, runtime, log = silent, ...input } = options;
  const settings = checkSettings(input);
  const data = await openData(settings);
  try {
    const engine = runtime ? { runtime, close: () => undefined } : await openEngine(settings, data, log);
    const metering = makeMetering();
    const measured = metering.runtime(engine.runtime);
    const noting = notingPulls(measured, { store: data.store.house, clock: makeClock(), log });
    const closing = makeStop();
    const { ports, timer, prober, house } = compose({
      ...{ settings, data, log, metering, runtime: noting, closing: closing.signal },
    });
    await admitFirstUser(settings.adminPassword, ports);
    await prober.restore();
    const streams = makeStreams();
    const stop = async (boundMs = stopMs) => {
      closing.stop();
      streams.end();
      await Promise.all([house.stop(boundMs), timer.stop(boundMs), prober.stop(boundMs)]);
    };
    const route = (toResponse: ToResponse) =>
      createRouter(Object.values(endpoints), ports, {
        basePath,
        requireIfMatch: settings.requireIfMatch,
        toResponse: (status, body, headers) =>
          toResponse(status, isEndless(body, headers) ? streams.follow(body) : body, headers),
        newRequestId: ports.ids.unique,
        onRequest: metering.requests(log),
        onError: (error, { method, path, requestId }) =>
          log.error('A request failed', { method, path, requestId, error }),
      });
    const webRoute = route(standardResponse);
    const isDefaultPasswordKept = watchDefaultPassword(ports);
    const listener = makeLazyListener(async () => {
      const { makeListener, toSocketResponse } = await import('./node/listener.ts');
      return makeListener(route(toSocketResponse), log, async () => !(await isDefaultPasswordKept()));
    }, log);
    return {
      // Hosts may hand over more than the request, such as their environment: that is not a source.
      fetch: (request) => webRoute(request),
      node: listener.listen,
      ports,
      async reconcile() {
        const report = await ports.reconcile();
        await house.keepIfDue();
        return report;
      },
      start() {
        listener.load();
        timer.start();
        prober.start();
        house.start();
      },
      keepsDefaultPassword: () => keepsDefaultPassword(ports),
      stop,
      async close(boundMs) {
        await stop(boundMs);
        engine.close();
        await closeStore(data, ports.clock);
      },
    };
  } catch (error) {
    await data.store.close();
    throw error;
  }
};

interface Parts {
  readonly settings: Settings;
  readonly data: Data;
  readonly runtime: Runtime;
  readonly log: OperatorLog;
  readonly metering: Metering;
  readonly closing: AbortSignalLike;
}

interface Composed {
  readonly ports: Ports;
  readonly timer: Timer;
  readonly prober: Prober;
  readonly house: HouseKeeper;
}

function compose({ settings, data, runtime, log, metering, closing }: Parts): Composed {
  const { store, keys } = data;
  const files = filesOf(settings, store.installationId);
  const clock = makeClock();
  const ids = makeIds();
  const vault = makeVault(keys.sealing);
  const cron = makeCron();
  const { users, revocations } = store.stores;
  const tokens = makeTokens(
    { clock, ids },
    { key: keys.signing, audience: store.installationId, ttlMs: settings.tokenTtl },
  );
  const wake: Wake = (uid) => timer.wake(uid);
  const { healthRecords: records } = store;
  const prober = makeProber(
    {
      ...{ probes: makeProbes(), runtime, clock, log, records, wake },
      write: store.write,
      redact: makeRedact({ store: store.reconciler, vault }),
    },
    { staleMs: Math.max(leastStaleMs, 3 * settings.interval) },
  );
  const policy = {
    bindRoots: settings.bindRoots,
    hostPaths: makeHostPaths(),
    hostPorts: makeHostPorts({
      runtime,
      clock,
      listeners: isHere(settings) ? makeListeners() : noListeners,
    }),
  };
  const lateMs = Math.max(leastLateMs, 3 * settings.interval);
  const reconciler = makeReconciler(
    {
      store: metering.store(store.reconciler),
      runtime,
      cron,
      files,
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
    },
  );
  const house = makeHouseKeeper(
    {
      ...{ store: store.house, reconciler: store.reconciler, aside: reconciler.aside },
      ...{ runtime, clock, log, onKept: metering.kept },
    },
    houseTerms(settings),
  );
  const pass = metering.tick(reconciler.tick);
  const tick = inTurns(async () => {
    const ticked = await pass();
    if (ticked.report.actions > 0) house.noteChange();
    return ticked;
  });
  const shared = { ...reconciler, tick };
  const timer = makeTimer({ reconciler: shared, runtime, clock, log }, { intervalMs: settings.interval });
  const ports: Ports = {
    ...store.stores,
    authenticate: makeAuthenticate({ tokens, users, revocations, cache: store.cache }),
    cache: store.cache,
    changes: store.changes,
    clock,
    closing,
    cron,
    database: store.health,
    feed: store.feed,
    document: makeDocumentPort(),
    foresee: makeForesee({
      store: store.reconciler,
      runtime,
      clock,
      cron,
      lateMs,
      health: prober.known,
      log,
    }),
    healthRecords: prober,
    host: makeHost({ diskPath: settings.dataDir }),
    house,
    ids,
    once: makeOnce({
      ...{ requestKeys: store.requestKeys, vault, log },
      digest: makeDigest(keys.sealing, 'requests'),
    }),
    loginLimit: makeLoginLimit(clock),
    metrics: metering.metrics({
      ...{ deployments: store.stores.deployments, cache: store.cache },
      ...{ databaseBytes: store.house.sizeBytes, version: readVersion },
    }),
    passwords: makePasswords(),
    policy,
    reconcile: () => reconcileOnce(shared, prober),
    runtime,
    streams: metering.places('stream', makeStreamLimit(mostStreams)),
    tokens,
    vault,
    waits: metering.places('wait', makeStreamLimit(mostWaits, 'requests wait')),
    wake: timer.wake,
    write: store.write,
  };
  return { ports, timer, prober, house };
}

async function closeStore({ store }: Data, clock: Ports['clock']): Promise<void> {
  const closed = new AbortController();
  const closing = store.close().finally(() => closed.abort());
  await Promise.race([closing, clock.sleep(storeCloseMs, closed.signal)]);
}
