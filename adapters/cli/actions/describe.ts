/** `ring describe`: prints a sheet of each named object, or of all objects of a kind. */
import { CommandError } from '../failure.ts';
import type { Session } from '../session.ts';
import { readNames } from './kinds.ts';

/** The options of `ring describe`. */
export interface DescribeOptions {
  readonly namespace?: string;
}

/** Prints the sheets, separated by empty lines. */
export const describe = async (
  session: Session,
  words: readonly string[],
  { namespace }: DescribeOptions,
): Promise<void> => {
  let isFirst = true;
  for (const { kind, ids } of readNames(words, namespace)) {
    const [name] = kind.names;
    if (ids.length === 0 && !kind.isOne) {
      throw new CommandError(`Name the ${name} to describe: \`ring get ${name}s\` lists them`);
    }
    for (const id of ids.length === 0 ? [''] : ids) {
      if (!isFirst) session.terminal.line('');
      isFirst = false;
      for (const line of await kind.describe(session, id)) session.terminal.line(line);
    }
  }
};
