/**
 * Decides which lines answer "why did it fail": of each replica those of the stopped container that was kept for it,
 * else what the present container wrote before its process began anew.
 */
import type { Instance } from '../runtime.ts';
import type { LogEntry } from './entry.ts';
import { type LogPart, type LogQuery, type LogSourcePorts, readParts } from './read.ts';
import { requireInstances } from './select.ts';

/** The newest lines of what ran before, by time; none where nothing did. INSTANCE_NOT_FOUND as in readLogs. */
export const readPrevious = async (query: LogQuery, ports: LogSourcePorts): Promise<readonly LogEntry[]> => {
  const instances = await requireInstances(query, ports.runtime);
  return readParts(previousParts(instances), query, ports);
};

/** What ran before in each replica. */
export const previousParts = (instances: readonly Instance[]): readonly LogPart[] => {
  const slots = new Map<number, Instance[]>();
  for (const instance of instances) {
    const { slot } = instance.identity;
    slots.set(slot, [...(slots.get(slot) ?? []), instance]);
  }
  return [...slots.values()].flatMap(previousIn);
};

const previousIn = (slot: readonly Instance[]): readonly LogPart[] => {
  const [current, ...others] = [...slot].sort(byStanding);
  const kept = others.filter(hasEnded).sort(byEnd)[0];
  if (kept) return [{ instance: kept }];
  if (!current || current.finishedAt === null) return [];
  return [hasEnded(current) ? { instance: current } : { instance: current, until: beginningOf(current) }];
};

/** Whether all that it wrote belongs to runs that are over. */
const hasEnded = ({ state }: Instance): boolean =>
  state === 'exited' || state === 'restarting' || state === 'dead';

const runs = ({ state }: Instance): number => (['running', 'paused', 'restarting'].includes(state) ? 1 : 0);

/** The slot's present container first: one that runs, and of those the newest. */
const byStanding = (one: Instance, other: Instance): number =>
  runs(other) - runs(one) || other.identity.revision - one.identity.revision || byEnd(one, other);

const byEnd = (one: Instance, other: Instance): number => (other.finishedAt ?? 0) - (one.finishedAt ?? 0);

// The engine notes the start of a process a moment after its first words may have come, and the last words of the one
// before may come a moment after its end: between the two lies a pause.
const beginningOf = ({ startedAt, finishedAt }: Instance): number => {
  const [end, start] = [finishedAt ?? 0, startedAt ?? 0];
  return start > end ? Math.ceil((start + end) / 2) : start;
};
