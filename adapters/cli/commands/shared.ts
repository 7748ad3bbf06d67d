/** The options that several commands share. */
import type { Command } from 'commander';
import { duration } from './numbers.ts';

/** The option of {@link withNamespace}. */
export interface NamespaceOption {
  readonly namespace?: string;
}

/** Adds the option `-n`, for names without a namespace. */
export const withNamespace = (command: Command): Command =>
  command.option('-n, --namespace <name>', 'the namespace of the names; without it, names are ids');

/** The options of {@link withWait}. */
export interface WaitOptions {
  readonly wait?: true;
  readonly timeout: string;
}

/** Gives a command the options `--wait` and `--timeout`. */
export const withWait = (command: Command): Command =>
  command
    .option('-w, --wait', 'wait until it is done; exits with 7 if it fails, 2 if it times out')
    .option('--timeout <duration>', 'how long to wait at most', duration, '5m');

/** The option of {@link withYes}. */
export interface YesOption {
  readonly yes?: true;
}

/** Adds the option `--yes`, for actions that cannot be undone. */
export const withYes = (command: Command): Command =>
  command.option('-y, --yes', 'do not ask for confirmation');
