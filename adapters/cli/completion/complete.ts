/** `ring __complete`: prints the candidates for a shell, one per line, with the description after a tab. */
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { plain } from '../table.ts';
import { namesOf } from './names.ts';
import { type Candidate, type Position, readPosition } from './position.ts';
import { filesWord } from './scripts.ts';

/** Prints the candidates for the last word of the line. */
export const complete = async (
  context: CommandContext,
  ring: Command,
  line: readonly string[],
): Promise<void> => {
  const position = readPosition(ring, line);
  if (position.expected.kind === 'files') return context.terminal.line(filesWord);
  const found = await candidatesAt(position, context);
  for (const { word, about } of found) {
    if (word.startsWith(position.typed)) context.terminal.line(`${position.before}${word}\t${plain(about)}`);
  }
};

const candidatesAt = async (position: Position, context: CommandContext): Promise<readonly Candidate[]> => {
  const { expected } = position;
  if (expected.kind === 'words') return expected.words;
  return expected.kind === 'names' ? namesOf(expected.of, position, context) : [];
};
