/**
 * The clock of the engine measures: what the engine itself says runs, as its events tell it, the same for everyone who
 * is measured. Who made the containers is decided by a label.
 */
import { field, type JsonClient } from './json-http.ts';

/** Follows one contender's containers. */
export interface EngineWatch {
  /** The instant (performance.now()) at which exactly so many run; rejects after a minute. */
  running(count: number): Promise<number>;
  /** The instant at which none is left, not even a stopped one. */
  gone(): Promise<number>;
  /** The instant at which the next one of them dies, and its id. */
  nextDeath(): Promise<{ readonly at: number; readonly id: string }>;
  /** Ids of those that run, oldest first. */
  ids(): readonly string[];
  close(): void;
}

type State = 'created' | 'running' | 'ended';

/** What an event says of a container's state. */
const states: ReadonlyMap<string, State> = new Map([
  ['create', 'created'],
  ['start', 'running'],
  ['die', 'ended'],
]);

const patienceMs = 60_000;

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: (at: number) => void;
}

/** Watches the containers with a label (`key` or `key=value`); there must be none yet. */
export const openWatch = async (engine: JsonClient, label: string): Promise<EngineWatch> => {
  const present = new Map<string, State>();
  const waiters = new Set<Waiter>();
  const mourners = new Set<(id: string) => void>();

  const count = () => [...present.values()].filter((state) => state === 'running').length;

  const hear = (action: string, id: string) => {
    const state = states.get(action);
    if (state) present.set(id, state);
    if (action === 'destroy') present.delete(id);
    const at = performance.now();
    if (state === 'ended') for (const mourn of mourners) mourn(id);
    for (const waiter of waiters) if (waiter.isMet()) waiter.resolve(at);
  };

  const until = (what: string, isMet: () => boolean): Promise<number> =>
    new Promise((resolve, reject) => {
      if (isMet()) {
        resolve(performance.now());
        return;
      }
      const late = () => {
        waiters.delete(waiter);
        reject(new Error(`${what} did not happen within a minute: ${[...present.values()].join(', ')}`));
      };
      const timer = setTimeout(late, patienceMs);
      const waiter: Waiter = {
        isMet,
        resolve(at) {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(at);
        },
      };
      waiters.add(waiter);
    });

  const filters = encodeURIComponent(JSON.stringify({ type: ['container'], label: [label] }));
  const read = lines((line) => {
    const event: unknown = JSON.parse(line);
    hear(String(field(event, 'Action')), String(field(event, 'Actor', 'ID')));
  });
  const close = await engine.stream(`/events?filters=${filters}`, read);

  return {
    running: (wanted) => until(`${wanted} running (${label})`, () => count() === wanted),
    gone: () => until(`none left (${label})`, () => present.size === 0),
    nextDeath: () =>
      new Promise((resolve) => {
        const mourn = (id: string) => {
          mourners.delete(mourn);
          resolve({ at: performance.now(), id });
        };
        mourners.add(mourn);
      }),
    ids: () => [...present].flatMap(([id, state]) => (state === 'running' ? [id] : [])),
    close,
  };
};

/** Hands on whole lines of what comes in pieces. */
const lines = (handle: (line: string) => void): ((text: string) => void) => {
  let rest = '';
  return (text) => {
    const parts = `${rest}${text}`.split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) if (line.trim() !== '') handle(line);
  };
};
