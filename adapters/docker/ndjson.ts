/** Reads JSON values, one a line, from a stream that may be cut anywhere; what they mean is the reader's. */

const parsed = (line: string): readonly unknown[] => {
  const trimmed = line.trim();
  return trimmed === '' ? [] : [JSON.parse(trimmed)];
};

/** The values of a stream of lines, in order; a last line without its end counts too. Rejects on what is no JSON. */
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
