/**
 * What a command reads and writes: data on stdout, everything else on stderr, colours and questions only where a person
 * sits. What is said is decided by the commands.
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

/** Where a command's input comes from. */
export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** The streams of a command. */
export interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** What a command says and asks. */
export interface Terminal {
  readonly stdin: Input;
  /** Data, as it is. */
  readonly write: (text: string) => void;
  /** A line of data. */
  readonly line: (text: string) => void;
  /** A line that is no data: what was done, progress, warnings. */
  readonly note: (text: string) => void;
  /** The same, without the end of the line. */
  readonly noteRaw: (text: string) => void;
  /** For data. */
  readonly paint: Paint;
  /** For notes. */
  readonly paintNote: Paint;
  /** Whether questions may be asked: a person sits at both ends. */
  readonly isInteractive: boolean;
  /** Whether notes are read as they come, so that a line may be written over. */
  readonly isLive: boolean;
  /** The width of a terminal; null where data goes elsewhere. */
  readonly columns: number | null;
}

/** The terminal of a process. */
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
