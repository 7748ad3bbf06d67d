/**
 * Reports on stderr what happens during a wait: the events of the deployments, and the reason for a delay each time it
 * changes. Failures to read events are ignored, because nothing depends on them.
 */
import { stayWith } from '../follow/stay.ts';
import type { Session } from '../session.ts';
import { plain } from '../table.ts';

/** The progress output of a wait. */
export interface Progress {
  /** Reports why a deployment is not ready yet. */
  reason(id: string, why: string): void;
  close(): void;
}

/** The part of an event that is shown. */
interface Told {
  readonly deployment: string;
  readonly message: string;
  readonly last_seen: string;
}

/**
 * Opens the progress output for these deployments, from an instant of the server's clock (ms since 1970) until it is
 * closed.
 */
export const openProgress = (session: Session, ids: readonly string[], since: number): Progress => {
  const { terminal } = session;
  const ended = new AbortController();
  const said = new Map<string, string>();
  const say = (id: string, words: string) => {
    // Repeated events are not shown again.
    if (ended.signal.aborted || said.get(id) === words) return;
    said.set(id, words);
    terminal.note(terminal.paintNote('dim', plain(`${id}: ${words}`)));
  };
  if (ids.length > 0) {
    terminal.note(terminal.paintNote('dim', `waiting for ${ids.join(', ')}`));
    // Without the events only messages are missing.
    tellEvents(session, { ids, since, signal: ended.signal, say }).catch(() => undefined);
  }
  return { reason: say, close: () => ended.abort() };
};

interface Telling {
  readonly ids: readonly string[];
  readonly since: number;
  readonly signal: AbortSignal;
  readonly say: (id: string, words: string) => void;
}

async function tellEvents(
  { client, signal }: Session,
  { ids, since, signal: ended, say }: Telling,
): Promise<void> {
  const either = AbortSignal.any([signal, ended]);
  const stream = stayWith({
    signal: either,
    open: async (lastId) => {
      const headers = lastId === null ? {} : { 'last-event-id': lastId };
      const query = { 'deployment[]': [...ids], follow: true as const };
      return (await client.listAllEvents({ query, headers, signal: either })).body;
    },
    onLost: () => undefined,
    onBack: () => undefined,
  });
  for await (const { event, data } of stream) {
    if (event !== 'gap' && isTold(data) && Date.parse(data.last_seen) >= since)
      say(data.deployment, data.message);
  }
}

const isTold = (data: unknown): data is Told =>
  typeof data === 'object' &&
  data !== null &&
  'deployment' in data &&
  'message' in data &&
  'last_seen' in data;
