/**
 * Reads a container's usage from the engine's API, for engines on another host: a response takes one or two seconds.
 */
import * as v from 'valibot';
import type { InstanceUsage } from '../../core/usage/usage.ts';
import type { Engine } from './connect.ts';
import { isNotFound } from './engine-error.ts';

const count = v.optional(v.nullable(v.number()));
const processor = v.object({ cpu_usage: v.object({ total_usage: v.number() }) });

const Stats = v.object({
  read: v.string(),
  preread: v.string(),
  cpu_stats: processor,
  precpu_stats: processor,
  memory_stats: v.object({
    usage: count,
    limit: count,
    stats: v.optional(v.record(v.string(), v.unknown())),
  }),
  pids_stats: v.optional(v.object({ current: count })),
  networks: v.optional(
    v.nullable(v.record(v.string(), v.object({ rx_bytes: v.number(), tx_bytes: v.number() }))),
  ),
});

/** Two samples that are further apart (ms) are not a pair: the first one is missing and carries the year 1. */
const farthestMs = 60_000;

/**
 * Converts a response; null for a container that does not run. `hostBytes` is the host's memory, which the engine
 * reports when there is no limit.
 */
export const usageIn = (id: string, answer: unknown, hostBytes: number): InstanceUsage | null => {
  const parsed = v.safeParse(Stats, answer);
  if (!parsed.success) return null;
  const { cpu_stats: now, precpu_stats: before, memory_stats: memory, ...rest } = parsed.output;
  const ms = Date.parse(rest.read) - Date.parse(rest.preread);
  if (typeof memory.usage !== 'number') return null;
  const nanos = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const isSpan = ms > 0 && ms < farthestMs && nanos >= 0;
  const { total_inactive_file: first, inactive_file: second } = memory.stats ?? {};
  const cached = [first, second].find((one) => typeof one === 'number') ?? 0;
  const limit = memory.limit ?? 0;
  const networks = Object.values(rest.networks ?? {});
  return {
    id,
    cpuPercent: isSpan ? nanos / (ms * 10_000) : null,
    memoryBytes: Math.max(0, memory.usage - Number(cached)),
    memoryLimitBytes: limit > 0 && limit < hostBytes ? limit : null,
    network:
      networks.length === 0
        ? null
        : {
            receivedBytes: networks.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
            sentBytes: networks.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
          },
    pids: rest.pids_stats?.current ?? null,
  };
};

/** Requests the usage of one container; null when it does not run. */
export const readStats = async (
  engine: Engine,
  id: string,
  hostBytes: number,
): Promise<InstanceUsage | null> => {
  try {
    const answer = await engine.call((docker, abortSignal) => {
      const once = { stream: false, abortSignal } as const;
      return docker.getContainer(id).stats(once);
    });
    return usageIn(id, answer, hostBytes);
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
};
