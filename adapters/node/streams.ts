/**
 * Keeps count of the streams that are being answered, so that closing can end them instead of waiting for them. What
 * flows in them is decided by the handlers.
 */

type Bytes = ReadableStream<Uint8Array>;

/** The streams under way. */
export interface OpenStreams {
  /** Passes a stream on, chunk by chunk as it is asked for; it ends early when `end` is called. */
  follow(source: Bytes): Bytes;
  /** Ends every stream that is open, and at once those that come later. */
  end(): void;
}

/** Whether a body goes on for as long as its reader stays: such a one is ended when Ring ends, others come to theirs. */
export const isEndless = (body: unknown, headers: Readonly<Record<string, string>>): body is Bytes =>
  body instanceof ReadableStream && headers['content-type'] === 'text/event-stream';

/** No stream is open yet. */
export const makeStreams = (): OpenStreams => {
  const open = new Set<() => Promise<void>>();
  let ended = false;
  return {
    follow(source) {
      const reader = source.getReader();
      // Cancelling answers a read that waits as well. That a source fails while it is left is of no interest.
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
