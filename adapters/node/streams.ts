/**
 * Tracks the streaming responses in progress, so that closing can end them instead of waiting for them. The handlers
 * decide what the streams contain.
 */

type Bytes = ReadableStream<Uint8Array>;

/** The streams in progress. */
export interface OpenStreams {
  /** Passes a stream on, one chunk per read; it ends early when `end` is called. */
  follow(source: Bytes): Bytes;
  /** Ends every open stream, and later ones at once. */
  end(): void;
}

/**
 * Whether a body continues for as long as its client stays: such a body is ended when Ring stops, others are completed.
 */
export const isEndless = (body: unknown, headers: Readonly<Record<string, string>>): body is Bytes =>
  body instanceof ReadableStream && headers['content-type'] === 'text/event-stream';

/** Makes the tracker; no stream is open. */
export const makeStreams = (): OpenStreams => {
  const open = new Set<() => Promise<void>>();
  let ended = false;
  return {
    follow(source) {
      const reader = source.getReader();
      // Cancelling also resolves a pending read. An error of the source at this point is ignored.
      const leave = () => {
        open.delete(leave);
        return reader.cancel().catch(() => undefined);
      };
      open.add(leave);
      if (ended) void leave();
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            try {
              const { done, value } = await reader.read();
              if (!done) return controller.enqueue(value);
              open.delete(leave);
              controller.close();
            } catch (error) {
              open.delete(leave);
              controller.error(error);
            }
          },
          cancel: leave,
        },
        { highWaterMark: 0 },
      );
    },
    end() {
      ended = true;
      for (const leave of open) void leave();
    },
  };
};
