/**
 * What a command reads and writes: data on stdout, everything else on stderr, colours and questions only on a terminal.
 * The commands decide what is written.
 */
import type { Readable } from 'node:stream';
import type { Env } from './environment.ts';
import { makePaint, type Paint } from './paint.ts';

/** A stream of a process, a terminal or not. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The source of a command's input. */
export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** The streams of a command. */
export interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** The input and output functions of a command. */
export interface Terminal {
  readonly stdin: Input;
  /** Writes data as it is. */
  readonly write: (text: string) => void;
  /** Writes a line of data. */
  readonly line: (text: string) => void;
  /** Writes a line that is not data: what was done, progress, warnings. */
  readonly note: (text: string) => void;
  /** Writes a note without a line end. */
  readonly noteRaw: (text: string) => void;
  /** Colours data. */
  readonly paint: Paint;
  /** Colours notes. */
  readonly paintNote: Paint;
  /** Whether questions may be asked: both stdin and stderr are terminals. */
  readonly isInteractive: boolean;
  /** Whether notes go to a terminal, so that a line may be overwritten. */
  readonly isLive: boolean;
  /** The width of the terminal in characters; null when data goes elsewhere. */
  readonly columns: number | null;
}

/** Makes the terminal of a process. */
export const makeTerminal = ({ stdin, stdout, stderr }: Streams, env: Env): Terminal => {
  const mayColour = !env.NO_COLOR && env.TERM !== 'dumb';
  const isLive = stderr.isTTY === true;
  return {
    stdin,
    write: (text) => void stdout.write(text),
    line: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    noteRaw: (text) => void stderr.write(text),
    paint: makePaint(mayColour && stdout.isTTY === true),
    paintNote: makePaint(mayColour && isLive),
    isInteractive: stdin.isTTY === true && isLive,
    isLive,
    columns: stdout.isTTY === true ? stdout.columns || 80 : null,
  };
};
