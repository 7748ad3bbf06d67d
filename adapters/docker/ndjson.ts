/** Reads JSON values, one a line, from a stream that may be split anywhere. The caller interprets the values. */

const parsed = (line: string): readonly unknown[] => {
  const trimmed = line.trim();
  return trimmed === '' ? [] : [JSON.parse(trimmed)];
};

/**
 * Yields the values of a stream of lines, in order, including a last line without a line end. Rejects for a line that
 * is not JSON.
 */
export async function* jsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield* parsed(line);
  }
  yield* parsed(rest + decoder.decode());
}
