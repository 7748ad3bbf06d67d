/**
 * Checks server-sent events on their way to a test: each event with an item is checked against the schema of the items.
 */

/** What is wrong with an item; null where nothing is. */
export type CheckItem = (item: unknown) => string | null;

/** The same bytes, at the reader's pace; an item that is not as described ends the stream with an error. */
export const checkedStream = (
  source: ReadableStream<Uint8Array>,
  checkItem: CheckItem,
): ReadableStream<Uint8Array> => {
  const decoder = new TextDecoder();
  let rest = '';
  return source.pipeThrough(
    new TransformStream({
      transform(chunk: Uint8Array, controller) {
        const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) checkEvent(event, checkItem);
        controller.enqueue(chunk);
      },
    }),
  );
};

/** Checks the complete events of a stream that has been read already; throws at the first that is not as described. */
export const checkEvents = (text: string, checkItem: CheckItem): void => {
  for (const event of text.split('\n\n').slice(0, -1)) checkEvent(event, checkItem);
};

const checkEvent = (event: string, checkItem: CheckItem): void => {
  for (const item of itemsOf(event)) {
    const problem = checkItem(item);
    if (problem !== null)
      throw new Error(`An event is not as described: ${problem}\n${JSON.stringify(item)}`);
  }
};

/** The item of an event; events with a name speak of the stream. */
const itemsOf = (event: string): readonly unknown[] => {
  const lines = event.split('\n');
  if (lines.some((line) => line.startsWith('event:'))) return [];
  return lines.filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)));
};
