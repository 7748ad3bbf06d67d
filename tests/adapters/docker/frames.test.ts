import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFrames, makeLines } from '../../../adapters/docker/frames.ts';
import type { LogLine } from '../../../core/runtime.ts';

const frame = (stream: LogLine['stream'], text: string): Buffer => {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = stream === 'stderr' ? 2 : 1;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
};
const at = (n: number): string => `2026-11-23T10:00:00.${String(n).padStart(9, '0')}Z`;
const line = (n: number, message: string, stream: LogLine['stream'] = 'stdout'): LogLine => ({
  at: at(n),
  stream,
  message,
});

const read = (chunks: readonly Buffer[]): readonly LogLine[] => {
  const frames = makeFrames();
  const lines = makeLines();
  const found = chunks.flatMap((chunk) => frames(chunk).flatMap((each) => lines.add(each) ?? []));
  return [...found, ...lines.end()];
};

const cut = (bytes: Buffer, places: readonly number[]): readonly Buffer[] => {
  const edges = [0, ...places.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
};

describe('a log stream', () => {
  it('gives the same lines wherever it is cut', () => {
    const said = fc.record({
      stream: fc.constantFrom<LogLine['stream']>('stdout', 'stderr'),
      message: fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ' ')),
    });
    fc.assert(
      fc.property(fc.array(said, { minLength: 1 }), fc.array(fc.nat()), (all, places) => {
        const bytes = Buffer.concat(all.map((each, n) => frame(each.stream, `${at(n)} ${each.message}\n`)));
        expect(read(cut(bytes, places))).toEqual(all.map((each, n) => line(n, each.message, each.stream)));
      }),
    );
  });

  it('puts together the pieces of a long line, letters cut in two included', () => {
    const word = Buffer.from('ä');
    const piece = (n: number, body: Buffer): Buffer => {
      const payload = Buffer.concat([Buffer.from(`${at(n)} `), body]);
      const header = Buffer.alloc(8);
      header[0] = 1;
      header.writeUInt32BE(payload.length, 4);
      return Buffer.concat([header, payload]);
    };
    const chunks = [
      piece(1, Buffer.concat([Buffer.from('long '), word.subarray(0, 1)])),
      frame('stderr', `${at(2)} between\n`),
      piece(3, Buffer.concat([word.subarray(1), Buffer.from(' end\n')])),
      frame('stdout', `${at(4)} without end`),
    ];
    expect(read(chunks)).toEqual([
      line(2, 'between', 'stderr'),
      line(1, 'long ä end'),
      line(4, 'without end'),
    ]);
  });

  it('passes on an endless line in pieces', () => {
    const bytes = Array.from({ length: 70 }, (_, n) => frame('stdout', `${at(n)} ${'x'.repeat(16_384)}`));
    expect(read(bytes).map(({ message }) => message.length)).toEqual([64 * 16_384, 6 * 16_384]);
  });
});
