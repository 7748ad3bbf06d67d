/**
 * The package's main face: opens the database and the engine, has everything put together by compose.ts, and closes it
 * all again.
 */
import {
  admitFirstUser,
  keepsDefaultPassword,
  watchDefaultPassword,
} from '../core/access/default-password.ts';
import { notingPulls } from '../core/gc/pulls.ts';
import { makeStop } from '../core/log/stop.ts';
import type { OperatorLog } from '../core/operator-log.ts';
import type { TickReport } from '../core/reconcile/report.ts';
import type { Runtime } from '../core/runtime.ts';
import { endpoints } from '../handlers/endpoints.ts';
import { standardResponse, type ToResponse } from '../handlers/http.ts';
import type { Ports } from '../handlers/ports.ts';
import { createRouter } from '../handlers/router.ts';
import { compose } from './compose.ts';
import { checkSettings, type SettingsInput } from './config.ts';
import { type Data, openData } from './data.ts';
import { openEngine } from './engine.ts';
import { makeMetering } from './metrics/metering.ts';
import { makeClock } from './node/clock.ts';
import { makeLazyListener } from './node/lazy-listener.ts';
import type { NodeListener } from './node/listener.ts';
import { isEndless, makeStreams } from './node/streams.ts';

export { readSettings, type Settings, SettingsError, type SettingsInput } from './config.ts';
export type { NodeListener } from './node/listener.ts';

/** Every setting by its name in code, and what an embedding host brings. The environment is not read. */
export interface RingOptions extends SettingsInput {
  /** The path below which everything stands, such as `/ring`. */
  readonly basePath?: string | undefined;
  /** Instead of Docker: a plain object of functions. */
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
  /** Reconciles until nothing more begins, and collects garbage where that is due. RECONCILER_BUSY while another process is at it. */
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

const stopMs = 6_000;
const storeCloseMs = 1_000;
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
    const noting = notingPulls(measured, { store: data.store.gc, clock: makeClock(), log });
    const closing = makeStop();
    const parts = { settings, data, log, metering, runtime: noting, closing: closing.signal };
    const { ports, timer, prober, gc } = compose(parts);
    await admitFirstUser(settings.adminPassword, ports);
    await prober.restore();
    const streams = makeStreams();
    const stop = async (boundMs = stopMs) => {
      closing.stop();
      streams.end();
      await Promise.all([gc.stop(boundMs), timer.stop(boundMs), prober.stop(boundMs)]);
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
        await gc.collectIfDue();
        return report;
      },
      start() {
        listener.load();
        timer.start();
        prober.start();
        gc.start();
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

async function closeStore({ store }: Data, clock: Ports['clock']): Promise<void> {
  const closed = new AbortController();
  const closing = store.close().finally(() => closed.abort());
  await Promise.race([closing, clock.sleep(storeCloseMs, closed.signal)]);
}
