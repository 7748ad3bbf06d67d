/**
 * Follows a stream across server restarts and broken connections: reconnects and continues after the last event. The
 * server decides when a stream is complete; this file decides when to give up.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ClientError } from '../../../handlers/client.ts';
import { readEvents, type StreamEvent } from './read-events.ts';

/** How a stream is opened, and what is called when its connection breaks. */
export interface StayTerms {
  /** Opens the stream after the event with this id; null means from the beginning. */
  readonly open: (lastId: string | null) => Promise<ReadableStream<Uint8Array>>;
  /** Called when the connection is lost, before it is retried. */
  readonly onLost: () => void;
  /** Called when the connection is restored. */
  readonly onBack: () => void;
  readonly signal: AbortSignal;
  /** How long to try without a connection before giving up, in ms. */
  readonly patienceMs?: number;
  readonly retryMs?: number;
}

/**
 * Yields the events of a stream up to the one named `end`, which is not yielded. Rejects with the ClientError of the
 * first connection, of a later one that was refused, or of the last one when the patience is exceeded.
 */
export async function* stayWith(terms: StayTerms): AsyncGenerator<StreamEvent> {
  let lastId: string | null = null;
  let stream = await terms.open(null);
  for (;;) {
    for await (const event of untilCut(stream, terms.signal)) {
      if (event.event === 'end') return;
      lastId = event.id ?? lastId;
      yield event;
    }
    if (terms.signal.aborted) return;
    terms.onLost();
    stream = await reopen(lastId, terms);
    terms.onBack();
  }
}

/** Yields the events of one connection; ends without an error when it breaks or the caller stops. */
async function* untilCut(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  try {
    yield* readEvents(stream);
  } catch (error) {
    if (!signal.aborted && !isCut(error)) throw error;
  }
}

async function reopen(lastId: string | null, terms: StayTerms): Promise<ReadableStream<Uint8Array>> {
  const { open, signal, patienceMs = 60_000, retryMs = 500 } = terms;
  const deadline = performance.now() + patienceMs;
  for (;;) {
    await pause(retryMs, undefined, { signal });
    try {
      return await open(lastId);
    } catch (error) {
      if (!mayPass(error) || performance.now() > deadline) throw error;
    }
  }
}

/** Whether the error is what Node's fetch throws when a stream's connection breaks. */
const isCut = (error: unknown): boolean => error instanceof TypeError;

/** Whether another try may succeed: the server is unreachable or not ready yet. */
const mayPass = (error: unknown): boolean =>
  error instanceof ClientError &&
  (error.kind === 'unreachable' || (error.status !== null && error.status >= 500));
