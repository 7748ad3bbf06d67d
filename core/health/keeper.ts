/**
 * Stores health records and events in batches: verdicts at once, answers that count towards a verdict soon, the rest
 * from time to time. A store that fails only delays this; what is stored is decided in prober.ts.
 */
import type { NewEvent } from '../event/event.ts';
import type { Clock, Log, Write } from '../ports.ts';
import type { HealthRecords } from './record.ts';
import { recordOf, type Watched } from './roster.ts';

/** The ports that storing needs. */
export interface KeeperPorts {
  readonly records: Pick<HealthRecords, 'save'>;
  readonly write: Write;
  readonly clock: Clock;
  readonly log: Log;
}

/** How soon something is to be stored, ms. */
export const soonMs = { news: 0, counting: 5_000, steady: 60_000 } as const;

/** Collects what is to be stored, and stores it when due. */
export interface Keeper {
  /** Schedules an instance to be stored within the time that its urgency allows. */
  mark(watched: Watched, urgency: keyof typeof soonMs): void;
  /** Queues an event that is to be stored at once. */
  tell(event: NewEvent): void;
  /** When something is next to be stored, ms since 1970; null if there is nothing to store, or storing is under way. */
  dueAt(): number | null;
  /** Stores what is due, or everything. Never rejects. */
  flush(what: 'due' | 'all'): Promise<void>;
}

const retryMs = 5_000;
const mostEvents = 1_000;

/** Makes a keeper with nothing to store; `afterwards` is called whenever storing has ended. */
export function makeKeeper({ records, write, clock, log }: KeeperPorts, afterwards: () => void): Keeper {
  /** When each instance is to be stored at the latest, ms since 1970. */
  const marks = new Map<Watched, number>();
  let events: readonly NewEvent[] = [];
  let eventsDueAt = 0;
  let running: Promise<void> | null = null;
  let complained = false;

  const mark = (watched: Watched, withinMs: number) => {
    const at = clock.now() + withinMs;
    marks.set(watched, Math.min(at, marks.get(watched) ?? at));
  };

  const complain = (error: unknown) => {
    if (!complained) log.warn('The results of health checks cannot be stored', { error });
    complained = true;
  };

  const storeEvents = async (): Promise<boolean> => {
    const told = events;
    if (told.length === 0) return true;
    events = [];
    try {
      await write((stores) => stores.events.add(told));
      return true;
    } catch (error) {
      complain(error);
      events = [...told, ...events].slice(-mostEvents);
      eventsDueAt = clock.now() + retryMs;
      return false;
    }
  };

  const storeRecords = async (isDue: (at: number) => boolean): Promise<boolean> => {
    const due = [...marks].filter(([, at]) => isDue(at)).map(([watched]) => watched);
    if (due.length === 0) return true;
    for (const watched of due) marks.delete(watched);
    try {
      await records.save(due.map(recordOf));
      return true;
    } catch (error) {
      complain(error);
      for (const watched of due) mark(watched, retryMs);
      return false;
    }
  };

  const store = async (what: 'due' | 'all') => {
    const now = clock.now();
    const isDue = (at: number) => what === 'all' || at <= now;
    const told = isDue(eventsDueAt) ? await storeEvents() : false;
    const kept = await storeRecords(isDue);
    if (told && kept) complained = false;
  };

  const flush = async (what: 'due' | 'all'): Promise<void> => {
    while (running) await running;
    running = store(what).finally(() => {
      running = null;
      afterwards();
    });
    await running;
  };

  return {
    mark: (watched, urgency) => mark(watched, soonMs[urgency]),
    tell(event) {
      events = [...events, event].slice(-mostEvents);
    },
    dueAt() {
      if (running) return null;
      const first = [...marks.values()].reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
      const next = events.length > 0 ? Math.min(first, eventsDueAt) : first;
      return Number.isFinite(next) ? next : null;
    },
    flush,
  };
}
