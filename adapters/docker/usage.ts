/**
 * Measures containers: from the kernel's files when the engine runs on this host, else by asking the engine. The CPU
 * share needs two readings, neither too close nor too far apart; nothing is read in between.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { InstanceUsage, Measured } from '../../core/usage/usage.ts';
import type { ReadGroup, Reading } from './cgroup.ts';
import type { Engine } from './connect.ts';
import { mapBounded } from './map-bounded.ts';
import { readStats } from './stats.ts';

/** What measuring needs. */
export interface UsageParts {
  readonly engine: Engine;
  readonly readGroup: ReadGroup;
  readonly monotonicMs: () => number;
}

// A reading serves as the first one of the next measurement when that follows soon enough.
const nearestMs = 250;
const farthestMs = 10_000;
const readsAtOnce = 16;
const asksAtOnce = 32;

/** Makes a measurer that has read nothing yet. */
export const makeUsage = ({ engine, readGroup, monotonicMs }: UsageParts) => {
  const readings = new Map<string, Reading>();

  const forgetOld = (): void => {
    const oldest = monotonicMs() - farthestMs;
    for (const [id, { at }] of readings) if (at < oldest) readings.delete(id);
  };

  const earlier = async ({ id }: Measured): Promise<Reading | null> => readings.get(id) ?? readGroup(id);

  const later = async ({ id, connected }: Measured, before: Reading): Promise<InstanceUsage | null> => {
    const now = await readGroup(id);
    if (!now) return null;
    readings.set(id, now);
    const { memoryBytes, memoryLimitBytes, pids } = now;
    // Without a network of its own, the container's counters would be those of the whole host.
    const network = connected === null ? null : now.network;
    return { id, cpuPercent: shareOf(before, now), memoryBytes, memoryLimitBytes, network, pids };
  };

  const fromEngine = async (of: readonly Measured[]): Promise<readonly (InstanceUsage | null)[]> => {
    if (of.length === 0) return [];
    const info = await engine.get('/info');
    const total: unknown = typeof info === 'object' && info !== null ? Reflect.get(info, 'MemTotal') : null;
    const hostBytes = typeof total === 'number' && total > 0 ? total : Number.POSITIVE_INFINITY;
    return mapBounded(of, asksAtOnce, ({ id }) => readStats(engine, id, hostBytes));
  };

  const fromFiles = async (
    of: readonly { readonly one: Measured; readonly before: Reading }[],
  ): Promise<readonly (InstanceUsage | null)[]> => {
    if (of.length === 0) return [];
    const newest = Math.max(...of.map(({ before }) => before.at));
    const missingMs = newest + nearestMs - monotonicMs();
    if (missingMs > 0) await pause(missingMs);
    return mapBounded(of, readsAtOnce, ({ one, before }) => later(one, before));
  };

  return async (of: readonly Measured[]): Promise<readonly InstanceUsage[]> => {
    forgetOld();
    const begun = await mapBounded(of, readsAtOnce, async (one) => ({ one, before: await earlier(one) }));
    const here = begun.flatMap(({ one, before }) => (before ? [{ one, before }] : []));
    const elsewhere = begun.flatMap(({ one, before }) => (before ? [] : [one]));
    const found = (await Promise.all([fromFiles(here), fromEngine(elsewhere)])).flat();
    const byId = new Map(found.flatMap((one) => (one ? [[one.id, one] as const] : [])));
    return of.flatMap(({ id }) => byId.get(id) ?? []);
  };
};

/** Returns the CPU share in percent of one core; null when the CPU time decreased, because the container restarted. */
const shareOf = (before: Reading, now: Reading): number | null => {
  const [ms, nanos] = [now.at - before.at, now.cpuNanos - before.cpuNanos];
  return ms > 0 && nanos >= 0 ? nanos / (ms * 10_000) : null;
};
