/** Writes lines of logs to the terminal in the format that was asked for. */
import type { Terminal } from '../terminal.ts';
import { type LogLine, makeLineWriter } from './line.ts';

/** How lines are written. */
export interface WriterTerms {
  readonly output: 'text' | 'json';
  /** Whether several write, so that each line must say who. */
  readonly isMany: boolean;
  /** Overrules `isMany`. */
  readonly prefix?: boolean | undefined;
  readonly timestamps?: true | undefined;
}

/** Writes one line. */
export type Write = (line: LogLine) => void;

/** Makes what writes lines: as text for people and pipes, or an object a line. */
export function makeWriter(terminal: Terminal, { output, isMany, prefix, timestamps }: WriterTerms): Write {
  if (output === 'json') {
    return ({ deployment, entry }) => terminal.line(JSON.stringify({ deployment, ...entry }));
  }
  const toLine = makeLineWriter({
    hasPrefix: prefix ?? isMany,
    hasTime: timestamps === true,
    forTerminal: terminal.columns !== null,
    paint: terminal.paint,
  });
  return (line) => terminal.line(toLine(line));
}
