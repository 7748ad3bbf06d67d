/** Writes log lines to the terminal in the requested format. */
import type { Terminal } from '../terminal.ts';
import { type LogLine, makeLineWriter } from './line.ts';

/** How lines are written. */
export interface WriterTerms {
  readonly output: 'text' | 'json';
  /** Whether several replicas or deployments write, so that each line needs a prefix. */
  readonly isMany: boolean;
  /** Overrides `isMany`. */
  readonly prefix?: boolean | undefined;
  readonly timestamps?: true | undefined;
}

/** Writes one line. */
export type Write = (line: LogLine) => void;

/** Makes a writer of lines: as text, or as one JSON object per line. */
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
