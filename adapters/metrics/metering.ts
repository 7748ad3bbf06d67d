/**
 * Measures Ring itself with wrappers that pass on what they wrap unchanged. Nothing is read, and no library loaded,
 * until the metrics are requested.
 */
import { RingError } from '../../core/errors.ts';
import type { GcReport } from '../../core/gc/report.ts';
import type { StreamLimit } from '../../core/log/limit.ts';
import { type FleetPorts, readFleet } from '../../core/metrics/fleet.ts';
import type { Metrics } from '../../core/metrics/metrics.ts';
import type { OperatorLog } from '../../core/operator-log.ts';
import type { ReconcilerStore } from '../../core/ports.ts';
import type { TickReport } from '../../core/reconcile/report.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { Answered } from '../../handlers/host.ts';
import type { Occurrence } from '../../handlers/problems.ts';
import { countRecords } from './counted-store.ts';
import { makeCounters } from './counters.ts';
import { type MeasuredRuntime, measureRuntime } from './measured-runtime.ts';
import { metricsOf, type Readings } from './report.ts';

/** The sources of the metrics that are not counters. */
export interface MetricsParts extends FleetPorts {
  /** Returns the size of the database in bytes; rejects when it does not answer. */
  readonly databaseBytes: () => Promise<number>;
  readonly version: () => string;
}

/** Makes wrappers that count. */
export interface Metering {
  /** Counts requests, and logs each one when the log supports that. */
  requests(log: OperatorLog): (asked: Occurrence) => (answered: Answered) => void;
  /** Wraps the runtime. May be called once. */
  runtime(runtime: Runtime): Runtime;
  store(store: ReconcilerStore): ReconcilerStore;
  tick<T extends { readonly report: TickReport }>(tick: () => Promise<T>): () => Promise<T>;
  places(kind: 'stream' | 'wait', limit: StreamLimit): StreamLimit;
  kept(report: GcReport): void;
  metrics(parts: MetricsParts): Metrics;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Makes a Metering with counters at 0. */
export const makeMetering = (): Metering => {
  const counters = makeCounters();
  let engine: MeasuredRuntime | null = null;
  let lastSeenMs: number | null = null;

  const ticked = (outcome: string, begun: number): void => {
    counters.ticks.add({ outcome });
    if (outcome !== 'busy') counters.tickTimes.observe({}, performance.now() - begun);
    if (outcome === 'converged' || outcome === 'converging') lastSeenMs = Date.now();
  };

  return {
    requests: (log) => (asked) => {
      const begun = performance.now();
      return ({ route, status, user }) => {
        const ms = performance.now() - begun;
        // Clients choose the method and the path, so only known ones become labels.
        const method = methods.has(asked.method) ? asked.method : 'other';
        const known = route ?? 'none';
        counters.requests.add({ method, route: known, status: String(status) });
        counters.requestTimes.observe({ method, route: known }, ms);
        log.debug?.('A request was answered', {
          ...asked,
          route,
          status,
          ms: Math.round(ms * 10) / 10,
          user,
        });
      };
    },

    runtime(runtime) {
      engine = measureRuntime(runtime, counters);
      return engine.runtime;
    },

    store: (store) => countRecords(store, counters),

    tick: (tick) => async () => {
      const begun = performance.now();
      try {
        const done = await tick();
        ticked(done.report.state, begun);
        return done;
      } catch (error) {
        const isBusy = error instanceof RingError && error.code === 'RECONCILER_BUSY';
        ticked(isBusy ? 'busy' : 'failed', begun);
        throw error;
      }
    },

    places: (kind, limit) => ({
      ...limit,
      take() {
        let release: () => void;
        try {
          release = limit.take();
        } catch (error) {
          counters.streamsRefused.add({ kind });
          throw error;
        }
        counters.streamsOpen.add({ kind });
        let isOpen = true;
        return () => {
          if (isOpen) counters.streamsOpen.add({ kind }, -1);
          isOpen = false;
          release();
        };
      },
    }),

    kept({ removed, failed, bytes }) {
      for (const { kind, count } of removed) counters.removed.add({ kind }, count);
      for (const { kind } of failed) counters.notRemoved.add({ kind });
      counters.freedBytes.add({}, bytes);
    },

    metrics: ({ databaseBytes, version, ...stored }) => ({
      async text() {
        const [{ expose }, bytes, fleet] = await Promise.all([
          import('./exposition.ts'),
          databaseBytes().catch(() => null),
          readFleet(stored).catch(() => null),
        ]);
        const readings: Readings = {
          fleet,
          databaseBytes: bytes,
          engineIsUp: engine?.isUp() ?? null,
          instances: engine?.lastSeen() ?? null,
          lastSeenMs,
          version: version(),
          process: processNow(),
        };
        return expose(metricsOf(counters, readings));
      },
    }),
  };
};

function processNow(): Readings['process'] {
  const { user, system } = process.cpuUsage();
  return {
    memoryBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
    startedMs: performance.timeOrigin,
    nodeVersion: process.version,
  };
}
