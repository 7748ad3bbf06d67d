/** When a cron is due, by its definition and nothing else: every minute of some days is looked at. Slow, and plain to see. */

/** Which minutes, hours, days, months and weekdays a cron names. */
export interface Named {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** null: every day. */
  readonly weekdays: readonly number[] | null;
}

const minuteMs = 60_000;
const everyHour = 24;

/** Its five fields. */
export const cronOf = ({ minutes, hours, weekdays }: Named): string =>
  `${minutes.join(',')} ${hours.length === everyHour ? '*' : hours.join(',')} * * ${weekdays?.join(',') ?? '*'}`;

interface Wall {
  /** The wall clock read as if it were UTC, ms. */
  readonly shown: number;
  readonly at: number;
}

/** What the clock of a zone shows at each minute of a span. */
export function wallClock(timeZone: string, from: number, to: number): readonly Wall[] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const walls: Wall[] = [];
  for (let at = from; at <= to; at += minuteMs) {
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
    walls.push({ shown: Date.UTC(year, month - 1, day, hour, minute), at });
  }
  return walls;
}

/** The instants within a span at which a cron is due, a day at each end left out. */
export function dueWithin(named: Named, walls: readonly Wall[]): readonly number[] {
  const dayMs = 1440 * minuteMs;
  const [first, last] = [walls[0]?.at ?? 0, walls.at(-1)?.at ?? 0];
  const due = named.hours.length === everyHour ? everyTime(named, walls) : oncePerDay(named, walls);
  return [...new Set(due)].filter((at) => at > first + dayMs && at < last - dayMs).sort((a, b) => a - b);
}

const isNamed = ({ minutes, hours, weekdays }: Named, shown: number): boolean => {
  const date = new Date(shown);
  return (
    minutes.includes(date.getUTCMinutes()) &&
    hours.includes(date.getUTCHours()) &&
    (weekdays === null || weekdays.includes(date.getUTCDay()))
  );
};

const everyTime = (named: Named, walls: readonly Wall[]): number[] =>
  walls.flatMap(({ shown, at }) => (isNamed(named, shown) ? [at] : []));

/** Each time of a day that could be shown: the first instant that shows it, else the first that shows a later one. */
function oncePerDay(named: Named, walls: readonly Wall[]): number[] {
  const firstShown = new Map<number, number>();
  for (const { shown, at } of walls) if (!firstShown.has(shown)) firstShown.set(shown, at);
  const [from, to] = [walls[0]?.shown ?? 0, walls.at(-1)?.shown ?? 0];
  const due: number[] = [];
  for (let shown = from; shown <= to; shown += minuteMs) {
    if (!isNamed(named, shown)) continue;
    const at = firstShown.get(shown) ?? walls.find((wall) => wall.shown > shown)?.at;
    if (at !== undefined) due.push(at);
  }
  return due;
}
