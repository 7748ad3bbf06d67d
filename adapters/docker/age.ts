/**
 * Reads the coarse age from a container's Status text ("Up 3 minutes", "Exited (1) 5 seconds ago"). It is precise
 * enough to detect that the container restarted since it was last observed.
 */

/** The state that an age refers to, and the bounds of the age (ms). */
export interface Age {
  readonly kind: 'up' | 'exited' | 'restarting';
  readonly leastMs: number;
  readonly mostMs: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const units: Readonly<Record<string, number>> = {
  second,
  minute,
  hour,
  day,
  week: 7 * day,
  month: 30 * day,
  year: 365 * day,
};

const kinds = { Up: 'up', Exited: 'exited', Restarting: 'restarting' } as const;

const bounds = (words: string): readonly [number, number] | null => {
  if (words.startsWith('Less than a second')) return [0, second];
  if (words.startsWith('About a minute')) return [minute, 2 * minute];
  // The engine rounds hours to the nearest.
  if (words.startsWith('About an hour')) return [hour / 2, 1.5 * hour];
  const [, count, name] = /^(\d+) (second|minute|hour|day|week|month|year)s?/.exec(words) ?? [];
  const unit = name === undefined ? undefined : units[name];
  if (unit === undefined) return null;
  const slack = unit >= hour ? hour / 2 : 0;
  return [Number(count) * unit - slack, (Number(count) + 1) * unit];
};

/** Returns the age in a Status text; null when the text contains none. */
export const ageOf = (status: string): Age | null => {
  const [, word, words] = /^(Up|Exited|Restarting) (?:\(-?\d+\) )?(.*)$/.exec(status) ?? [];
  if (word !== 'Up' && word !== 'Exited' && word !== 'Restarting') return null;
  const found = bounds(words ?? '');
  return found && { kind: kinds[word], leastMs: found[0], mostMs: found[1] };
};
