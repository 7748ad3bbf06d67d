/** Formats the faults of a manifest: one line each, with file, line and column. */
import type { Violation } from '../../../core/errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CommandError } from '../failure.ts';
import type { Position } from './read-yaml.ts';

/** A problem, its position and its file. */
export interface Fault {
  readonly file: string;
  readonly position: Position | null;
  readonly message: string;
}

/** The part of a document that its faults need: the positions of its members. */
export interface Located {
  readonly file: string;
  readonly positions: ReadonlyMap<string, Position>;
}

const mostFaults = 20;

/** Makes the error that lists the faults, up to a maximum; each once, in the order of their positions. */
export const faultsError = (faults: readonly Fault[], exit?: ExitCode): CommandError => {
  const lines = [...new Set(faults.map(lineOf))];
  const more = lines.length - mostFaults;
  const shown = [...lines.slice(0, mostFaults), ...(more > 0 ? [`and ${more} more`] : [])];
  return new CommandError(shown.join('\n'), exit);
};

const lineOf = ({ file, position, message }: Fault): string =>
  `${file}:${position ? `${position.line}:${position.column}:` : ''} ${message}`;

/** Converts a violation to a fault at the position that it points to, or at the nearest enclosing one that exists. */
export const faultAt = ({ pointer, message }: Violation, { file, positions }: Located): Fault => {
  let at = pointer;
  while (at !== '' && !positions.has(at)) at = at.slice(0, at.lastIndexOf('/'));
  const subject =
    pointer === '' ? 'the document' : pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  return { file, position: positions.get(at) ?? null, message: `${subject} ${message}` };
};

/**
 * Converts the violations found by a server to faults in the documents sent to it: the server's pointers begin with the
 * document's number.
 */
export const faultsOf = (violations: readonly Violation[], documents: readonly Located[]): readonly Fault[] =>
  violations.map((violation) => {
    const match = /^\/(\d+)(\/.*)?$/.exec(violation.pointer);
    const document = documents[Number(match?.[1] ?? 0)] ?? documents[0];
    const pointer = match ? (match[2] ?? '') : violation.pointer;
    return document
      ? faultAt({ pointer, message: violation.message }, document)
      : { file: 'manifest', position: null, message: `${violation.pointer} ${violation.message}` };
  });
