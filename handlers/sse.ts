/** Server-sent events: one item at a time, as fast as the client reads, releasing everything when it disconnects. */
import type { ByteStream } from './endpoint.ts';

/** The headers of every event stream: proxies must not buffer it. */
export const eventStreamHeaders = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

/** An event as it is written; without data it is a comment that keeps the connection alive. */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: unknown;
}

const text = ({ id, event, data }: ServerSentEvent): string => {
  if (data === undefined) return ': still here\n\n';
  const lines = [
    ...(id ? [`id: ${id}`] : []),
    ...(event ? [`event: ${event}`] : []),
    `data: ${JSON.stringify(data)}`,
  ];
  return `${lines.join('\n')}\n\n`;
};

/** Streams events; `close` is called once, when they end, fail, or the client disconnects. */
export const eventStream = (events: AsyncGenerator<ServerSentEvent>, close: () => void): ByteStream => {
  const encoder = new TextEncoder();
  let greeted = false;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    if (!greeted) {
      // Sent at once, so that the client knows it is connected before the first event.
      greeted = true;
      return controller.enqueue(encoder.encode('retry: 1000\n\n'));
    }
    try {
      const next = await events.next();
      if (!next.done) return controller.enqueue(encoder.encode(text(next.value)));
      close();
      controller.close();
    } catch (error) {
      close();
      controller.error(error);
    }
  };
  const cancel = async (): Promise<void> => {
    close();
    await events.return(undefined);
  };
  return new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 0 });
};
