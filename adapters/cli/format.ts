/** Formats times, sizes, counts and statuses for tables and sentences. */
import type { Status } from '../../core/deployment/status.ts';
import type { Level } from '../../core/event/event.ts';
import type { Colour } from './paint.ts';

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** Formats the time since an instant, such as `5m` or `3d4h`; empty for null. */
export const age = (at: string | null, now: number = Date.now()): string => {
  if (at === null) return '';
  const seconds = Math.max(0, Math.floor((now - Date.parse(at)) / 1000));
  const first = units.findIndex(([, size]) => seconds >= size);
  const [unit, size] = units[first] ?? ['s', 1];
  const count = Math.floor(seconds / size);
  const [smaller, smallerSize] = units[first + 1] ?? ['', 0];
  const rest = smallerSize === 0 ? 0 : Math.floor((seconds % size) / smallerSize);
  return count >= 10 || rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${smaller}`;
};

/** Formats a size in a readable unit, such as `1.5 GB`; 1 KB is 1024 bytes, as in the engine's output. */
export const sizeText = (bytes: number | null): string => {
  if (bytes === null) return '';
  const steps = ['B', 'KB', 'MB', 'GB', 'TB'];
  const step = Math.min(steps.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${steps[step]}`;
};

/** Returns the colour of the status of a deployment, a run or a rollout. */
export const statusColour = (status: Status | string): Colour | null => {
  if (['running', 'completed'].includes(status)) return 'green';
  if (['pending', 'creating', 'in_progress', 'paused', 'unknown', 'rolling_back'].includes(status))
    return 'yellow';
  if (['deleted', 'cancelled', 'skipped'].includes(status)) return 'dim';
  return 'red';
};

/** Returns the colour of an event's level. */
export const levelColour = (level: Level): Colour | null =>
  (({ info: null, warning: 'yellow', error: 'red' }) as const)[level];

/** Joins several words in one cell. */
export const listed = (words: readonly string[]): string => words.join(', ');

/** Formats a count with its noun: `1 deployment`, `2 deployments`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
