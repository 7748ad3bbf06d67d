/**
 * Selects the lines that explain a failure: for each replica those of the stopped container kept for it, otherwise
 * those of the current container before its last restart.
 */
import type { Instance } from '../runtime.ts';
import type { LogEntry } from './entry.ts';
import { type LogPart, type LogQuery, type LogSourcePorts, readParts } from './read.ts';
import { requireInstances } from './select.ts';

/**
 * Returns the newest lines of the previous runs, by time; none when there are none. INSTANCE_NOT_FOUND as in readLogs.
 */
export const readPrevious = async (query: LogQuery, ports: LogSourcePorts): Promise<readonly LogEntry[]> => {
  const instances = await requireInstances(query, ports.runtime);
  return readParts(previousParts(instances), query, ports);
};

/** Returns the previous run of each replica. */
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

/** Whether all lines of a container belong to finished runs. */
const hasEnded = ({ state }: Instance): boolean =>
  state === 'exited' || state === 'restarting' || state === 'dead';

const runs = ({ state }: Instance): number => (['running', 'paused', 'restarting'].includes(state) ? 1 : 0);

/** Sorts the current container of a slot first: running ones before others, then the newest. */
const byStanding = (one: Instance, other: Instance): number =>
  runs(other) - runs(one) || other.identity.revision - one.identity.revision || byEnd(one, other);

const byEnd = (one: Instance, other: Instance): number => (other.finishedAt ?? 0) - (one.finishedAt ?? 0);

// The engine may record the start of a process after its first lines, and the last lines of the previous process may
// arrive after its end; a pause separates the two.
const beginningOf = ({ startedAt, finishedAt }: Instance): number => {
  const [end, start] = [finishedAt ?? 0, startedAt ?? 0];
  return start > end ? Math.ceil((start + end) / 2) : start;
};
