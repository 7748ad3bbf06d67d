/** Reads server-sent events as a client does, a few at a time. */

/** One event; comments and the greeting are passed over. */
export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  readonly data: ReturnType<typeof JSON.parse>;
}

/** A stream that is being read. */
export interface Reading {
  readonly response: Response;
  /** The next so many; fewer where the stream ends before. */
  take(count: number): Promise<readonly ReadEvent[]>;
  /** All that come until the stream ends. */
  all(): Promise<readonly ReadEvent[]>;
  /** Hangs up. */
  leave(): Promise<void>;
}

const field = (lines: readonly string[], name: string): string =>
  lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';

/** Begins to read a response. */
export function readEvents(response: Response): Reading {
  const reader = response.body?.getReader();
  if (!reader) throw new Error('There is nothing to read');
  const decoder = new TextDecoder();
  let text = '';
  const next = async (): Promise<ReadEvent | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const { done, value } = await reader.read();
        if (done) return null;
        text += decoder.decode(value, { stream: true });
        continue;
      }
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const data = field(lines, 'data');
      if (data !== '')
        return { id: field(lines, 'id'), event: field(lines, 'event'), data: JSON.parse(data) };
    }
  };
  const take = async (count: number): Promise<readonly ReadEvent[]> => {
    const taken: ReadEvent[] = [];
    while (taken.length < count) {
      const one = await next();
      if (one === null) break;
      taken.push(one);
    }
    return taken;
  };
  return {
    response,
    take,
    all: () => take(Number.POSITIVE_INFINITY),
    leave: () => reader.cancel(),
  };
}
