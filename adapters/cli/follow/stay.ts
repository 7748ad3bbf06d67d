/**
 * Stays with a stream over a server that restarts or a connection that breaks: asks again from where it was cut. When a
 * stream is over is said by the server; when to give up is decided here.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ClientError } from '../../../handlers/client.ts';
import { readEvents, type StreamEvent } from './read-events.ts';

/** How a stream is asked for, and who hears of its troubles. */
export interface StayTerms {
  /** Asks for the stream from after this id on; null: from the beginning. */
  readonly open: (lastId: string | null) => Promise<ReadableStream<Uint8Array>>;
  /** The connection is lost; it is tried again. */
  readonly onLost: () => void;
  /** It is back. */
  readonly onBack: () => void;
  readonly signal: AbortSignal;
  /** Without a connection for so long, it is given up (ms). */
  readonly patienceMs?: number;
  readonly retryMs?: number;
}

/**
 * The events of a stream, up to the one that is named `end`, which is not handed on. Rejects with the ClientError of the
 * first connection, of one that was refused later on, or of the last one when patience is over.
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

/** The events of one connection; that it is cut, or that nobody listens any more, ends them and is no error. */
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

/** What a stream throws when its connection is cut, in Node's fetch. */
const isCut = (error: unknown): boolean => error instanceof TypeError;

/** Whether another try may go better: the server is away, or not yet able to do its work. */
const mayPass = (error: unknown): boolean =>
  error instanceof ClientError &&
  (error.kind === 'unreachable' || (error.status !== null && error.status >= 500));
