/**
 * Decodes the engine's multiplexed log stream: chunks split anywhere become frames and then lines, and long lines that
 * the engine split are joined. Pure.
 */
import type { LogLine } from '../../core/runtime.ts';

/** One frame: its stream and its content. */
export interface Frame {
  readonly stream: LogLine['stream'];
  readonly payload: Buffer;
}

const headerBytes = 8;
/** A longer line is passed on in pieces, so that no container can fill the reader's memory. */
const longestLineBytes = 1024 * 1024;

/** Makes a decoder of frames from chunks that may be split anywhere. An incomplete frame at the end is dropped. */
export const makeFrames = () => {
  let held: Buffer[] = [];
  let heldBytes = 0;

  const take = (count: number): Buffer => {
    const all = held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
    const rest = all.subarray(count);
    held = rest.length > 0 ? [rest] : [];
    heldBytes = rest.length;
    return all.subarray(0, count);
  };

  let header: Buffer | null = null;
  return (chunk: Buffer): readonly Frame[] => {
    held.push(chunk);
    heldBytes += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      if (header === null) {
        if (heldBytes < headerBytes) return frames;
        header = take(headerBytes);
      }
      const size = header.readUInt32BE(4);
      if (heldBytes < size) return frames;
      frames.push({ stream: header[0] === 2 ? 'stderr' : 'stdout', payload: take(size) });
      header = null;
    }
  };
};

interface Partial {
  at: string;
  pieces: Buffer[];
  bytes: number;
}

const newline = 0x0a;
const space = 0x20;

/**
 * Makes an assembler of lines from frames that each begin with a timestamp; a frame without a line end is continued by
 * the next one.
 */
export const makeLines = () => {
  const open: Record<LogLine['stream'], Partial | null> = { stdout: null, stderr: null };

  const close = (stream: LogLine['stream'], line: Partial): LogLine => {
    open[stream] = null;
    return {
      at: line.at,
      stream,
      message: Buffer.concat(line.pieces)
        .toString('utf8')
        .replace(/\r?\n$/, ''),
    };
  };

  return {
    add({ stream, payload }: Frame): LogLine | null {
      const gap = payload.indexOf(space);
      if (gap < 0) return null;
      const line = open[stream] ?? { at: payload.toString('latin1', 0, gap), pieces: [], bytes: 0 };
      const piece = payload.subarray(gap + 1);
      line.pieces.push(piece);
      line.bytes += piece.length;
      open[stream] = line;
      const ended = piece.at(-1) === newline || line.bytes >= longestLineBytes;
      return ended ? close(stream, line) : null;
    },
    /** Returns the remaining line when the stream has ended. */
    end(): readonly LogLine[] {
      return (['stdout', 'stderr'] as const).flatMap((stream) => {
        const line = open[stream];
        return line ? [close(stream, line)] : [];
      });
    },
  };
};
