/**
 * The main entry point of the package: opens the database and the engine, has compose.ts connect everything, and closes
 * it.
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
import { standardResponse, type ToResponse } from '../handlers/http.ts';
import { normalBase } from '../handlers/path.ts';
import type { Ports } from '../handlers/ports.ts';
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

/** Every setting by its name in code, and what an embedding host provides. The environment is not read. */
export interface RingOptions extends SettingsInput {
  /** The path prefix of all endpoints, such as `/ring`. */
  readonly basePath?: string | undefined;
  /** A runtime to use instead of Docker: a plain object of functions. */
  readonly runtime?: Runtime | undefined;
  /** The operator's log; nothing is logged without one. */
  readonly log?: OperatorLog | undefined;
}

/** An open Ring: its database is open, its loop is not running yet. */
export interface Ring {
  /** Answers requests in any web-standard host; never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** A request listener for node:http, Express, Koa and Fastify. */
  readonly node: NodeListener;
  /** What the endpoints need, to serve individual ones with `serve`. */
  readonly ports: Ports;
  /**
   * Reconciles until no more work starts, and collects garbage when it is due. RECONCILER_BUSY while another process
   * reconciles.
   */
  readonly reconcile: () => Promise<TickReport>;
  /** Starts reconciling: at once after each write and event, and periodically. */
  readonly start: () => void;
  /** Whether any user still has the default password. */
  readonly keepsDefaultPassword: () => Promise<boolean>;
  /**
   * Ends streams, starts nothing more and waits up to boundMs (6 s) for the work in progress. Containers keep running.
   */
  readonly stop: (boundMs?: number) => Promise<void>;
  /** Stops and closes the database. */
  readonly close: (boundMs?: number) => Promise<void>;
}

const stopMs = 6_000;
const storeCloseMs = 1_000;
const silent: OperatorLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Opens Ring on its data directory and creates the first user when there is none. Rejects with an error for the
 * operator: SettingsError, DATABASE_UNAVAILABLE, or the file system's message. An engine that is down is not an error.
 */
export const openRing = async (options: RingOptions = {}): Promise<Ring> => {
  const { basePath, runtime, log = silent, ...input } = options;
  const settings = checkSettings(input);
  const base = normalBase(basePath);
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
    // Loaded on use, so that a server listens sooner and a process that only reconciles never loads it.
    const route = async (toResponse: ToResponse) => {
      const [{ createRouter }, { endpoints }] = await Promise.all([
        import('../handlers/router.ts'),
        import('../handlers/endpoints.ts'),
      ]);
      return createRouter(Object.values(endpoints), ports, {
        basePath: base,
        requireIfMatch: settings.requireIfMatch,
        toResponse: (status, body, headers) =>
          toResponse(status, isEndless(body, headers) ? streams.follow(body) : body, headers),
        newRequestId: ports.ids.unique,
        onRequest: metering.requests(log),
        onError: (error, { method, path, requestId }) =>
          log.error('A request failed', { method, path, requestId, error }),
      });
    };
    let webRoute: ReturnType<typeof route> | null = null;
    const isDefaultPasswordKept = watchDefaultPassword(ports);
    const listener = makeLazyListener(async () => {
      const { makeListener, toSocketResponse } = await import('./node/listener.ts');
      return makeListener(await route(toSocketResponse), log, async () => !(await isDefaultPasswordKept()));
    }, log);
    return {
      // Hosts may pass further arguments, such as their environment, which must not be used as the source.
      async fetch(request) {
        webRoute ??= route(standardResponse);
        return (await webRoute)(request);
      },
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
