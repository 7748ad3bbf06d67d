/** Reads the content of a config or the value of a secret from a file or stdin. */
import { readFile } from 'node:fs/promises';
import { readInput } from '../ask.ts';
import { CommandError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

/** Reads a file; `-` is stdin. CommandError when it cannot be read. */
export const contentOf = async (path: string, terminal: Terminal): Promise<string> => {
  if (path === '-') return readInput(terminal);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new CommandError(`${path} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}`);
  }
};
