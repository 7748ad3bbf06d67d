/** Staying with a stream of events over connections that break. */
import { describe, expect, it } from 'vitest';
import { stayWith } from '../../../adapters/cli/follow/stay.ts';
import { ClientError } from '../../../handlers/client.ts';

type Opening = string | Error;

/** Connections one after the other: what each brings before it is cut, or why it is refused. */
const staying = (openings: readonly Opening[], patienceMs = 60_000) => {
  const asked: (string | null)[] = [];
  const noted: string[] = [];
  const controller = new AbortController();
  const stream = stayWith({
    signal: controller.signal,
    retryMs: 1,
    patienceMs,
    onLost: () => noted.push('lost'),
    onBack: () => noted.push('back'),
    async open(lastId) {
      const next = openings[asked.length];
      asked.push(lastId);
      if (next === undefined || next instanceof Error) throw next ?? new Error('asked too often');
      return cut(next);
    },
  });
  return { asked, noted, stream, controller };
};

/** A body in two pieces, cut off as Node's fetch does it. */
const cut = (text: string): ReadableStream<Uint8Array> => {
  const bytes = new TextEncoder().encode(text);
  const half = Math.floor(bytes.length / 2);
  const pieces = [bytes.slice(0, half), bytes.slice(half)];
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.error(new TypeError('terminated'));
    },
  });
};

const away = new ClientError('does not answer', { kind: 'unreachable', code: 'UNREACHABLE' });
const busy = new ClientError('too many', { kind: 'refused', code: 'TOO_MANY_STREAMS', status: 503 });
const refused = new ClientError('log in', { kind: 'refused', code: 'UNAUTHORIZED', status: 401 });
const end = 'event: end\ndata: {"reason":"deleted"}\n\n';

const all = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const one of stream) found.push(one);
  return found;
};

describe('staying with a stream', () => {
  it('goes on after the last event that it had, and ends where the server says so', async () => {
    const { stream, asked, noted } = staying([
      'retry: 1000\n\n: still here\n\nid: 1\ndata: {"n":1}\n\nid: 2\nevent: gap\ndata: "ü"\n\n',
      away,
      busy,
      `id: 3\ndata: {"n":3}\n\n${end}`,
    ]);
    expect(await all(stream)).toEqual([
      { id: '1', event: 'message', data: { n: 1 } },
      { id: '2', event: 'gap', data: 'ü' },
      { id: '3', event: 'message', data: { n: 3 } },
    ]);
    expect([asked, noted]).toEqual([
      [null, '2', '2', '2'],
      ['lost', 'back'],
    ]);
  });

  it('rejects with what the first connection was refused for', async () => {
    await expect(all(staying([refused]).stream)).rejects.toBe(refused);
    await expect(all(staying([away]).stream)).rejects.toBe(away);
  });

  it('rejects with what another connection is refused for, or when its patience is over', async () => {
    await expect(all(staying(['id: 1\ndata: 1\n\n', refused]).stream)).rejects.toBe(refused);
    await expect(all(staying(['id: 1\ndata: 1\n\n', away], -1).stream)).rejects.toBe(away);
  });

  it('ends when nobody listens any more', async () => {
    const { stream, controller, asked } = staying(['id: 1\ndata: 1\n\n']);
    for await (const { id } of stream) if (id === '1') controller.abort();
    expect(asked).toEqual([null]);
  });
});
