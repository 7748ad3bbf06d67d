/** Reads a stream of server-sent events. The caller interprets them. */
import { createParser } from 'eventsource-parser';

/** One event; comments that keep the connection alive are skipped. */
export interface StreamEvent {
  readonly id: string | null;
  /** The type; `message` when the server names none. */
  readonly event: string;
  /** The parsed data. */
  readonly data: unknown;
}

/** Yields the events of a stream as they arrive. Ending the iteration closes the connection. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const heard: StreamEvent[] = [];
  const parser = createParser({
    onEvent: ({ id = null, event = 'message', data }) => heard.push({ id, event, data: JSON.parse(data) }),
  });
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* heard.splice(0);
    }
  } finally {
    // The connection may be closed already.
    await reader.cancel().catch(() => undefined);
  }
}
