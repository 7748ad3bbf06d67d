/**
 * The subcommands that every noun has: `ring config list` is `ring get configs`, `ring config delete` is `ring delete
 * config`.
 */
import type { Command } from 'commander';
import type { DeleteOptions } from '../actions/delete.ts';
import type { GetOptions } from '../actions/get.ts';
import type { Cli } from '../cli.ts';
import { withOutput } from '../output-option.ts';
import { withYes } from './shared.ts';

/** A noun and its kind of object. */
export interface Noun {
  readonly kind: string;
  readonly command: Command;
  readonly isNamespaced: boolean;
}

/** Adds `list` to a noun. */
export const withList = ({ kind, command, isNamespaced }: Noun, cli: Cli): void => {
  const list = withOutput(command.command('list')).description(
    `list ${kind}s, as \`ring get ${kind}s\` does`,
  );
  if (isNamespaced) list.option('-n, --namespace <names>', 'only of these namespaces');
  list.action((options: GetOptions) =>
    cli.remote(async (session) => (await import('../actions/get.ts')).get(session, [`${kind}s`], options)),
  );
};

/** Adds `delete` to a noun. */
export const withDelete = ({ kind, command, isNamespaced }: Noun, cli: Cli): void => {
  const remove = withYes(command.command('delete'))
    .description(`delete ${kind}s, as \`ring delete ${kind}\` does`)
    .argument('<names...>');
  if (isNamespaced) remove.option('-n, --namespace <name>', 'the namespace of the names');
  if (kind === 'namespace') remove.option('--cascade', 'with everything in it');
  remove.action((names: string[], options: Omit<DeleteOptions, 'wait' | 'timeout'>) =>
    cli.remote(async (session) =>
      (await import('../actions/delete.ts')).remove(session, [kind, ...names], { ...options, timeout: '0s' }),
    ),
  );
};
