/** Options and groups that several commands share. */
import type { Command } from 'commander';

/** The option of {@link withNamespace}. */
export interface NamespaceOption {
  readonly namespace?: string;
}

/** Gives a command the option `-n`, for names that stand by themselves. */
export const withNamespace = (command: Command): Command =>
  command.option('-n, --namespace <name>', 'the namespace of the names; without it they are ids');

/** The option of {@link withYes}. */
export interface YesOption {
  readonly yes?: true;
}

/** Gives a command the option `--yes`, for what cannot be undone. */
export const withYes = (command: Command): Command =>
  command.option('-y, --yes', 'do not ask before what cannot be undone');
