/** Reads a stream of server-sent events. What they mean is decided by whoever asked for them. */
import { createParser } from 'eventsource-parser';

/** One event; comments that only keep the connection alive are left out. */
export interface StreamEvent {
  readonly id: string | null;
  /** `message` where the server names none. */
  readonly event: string;
  /** The data, parsed. */
  readonly data: unknown;
}

/** The events of a stream as they come. Whoever stops reading ends the connection. */
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
    // The connection may be gone already; then there is nothing left to end.
    await reader.cancel().catch(() => undefined);
  }
}
