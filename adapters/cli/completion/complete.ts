/** `ring __complete`: answers a shell, a line for each candidate with what it means after a tab. */
import type { Command } from 'commander';
import { plain } from '../table.ts';
import type { World } from '../world.ts';
import { namesOf } from './names.ts';
import { type Candidate, type Position, readPosition } from './position.ts';
import { filesWord } from './scripts.ts';

/** Prints what may stand at the end of the line. */
export const complete = async (world: World, ring: Command, line: readonly string[]): Promise<void> => {
  const position = readPosition(ring, line);
  if (position.expected.kind === 'files') return world.terminal.line(filesWord);
  const found = await candidatesAt(position, world);
  for (const { word, about } of found) {
    if (word.startsWith(position.typed)) world.terminal.line(`${position.before}${word}\t${plain(about)}`);
  }
};

const candidatesAt = async (position: Position, world: World): Promise<readonly Candidate[]> => {
  const { expected } = position;
  if (expected.kind === 'words') return expected.words;
  return expected.kind === 'names' ? namesOf(expected.of, position, world) : [];
};
