/**
 * Defines what a command of `ring` consists of. To add one: a file `commands/<noun>.ts` exports `declare<Noun>`, a
 * Declare that only declares arguments and options (it runs at every start, so it imports nothing heavy) and passes the
 * work to `cli.remote` (for commands that use a server: it gets a Session) or `cli.local` (for the others: it gets a
 * CommandContext), with the action itself loaded by `await import('../actions/<noun>.ts')`; it is listed in
 * commands/all.ts. An action prints data with `session.terminal` or print.ts, throws CommandError or lets the client's
 * errors through, and resolves to an exit code when it is not 0. `commands/scale.ts` and `actions/scale.ts` are the
 * shortest example, tests/e2e/cli-scale.test.ts their test.
 */
import type { Command } from 'commander';
import type { CommandContext, Outcome } from './command-context.ts';
import type { Session } from './session.ts';

/** Runs the actions of commands, ends the process with their exit codes and prints their failures. */
export interface Cli {
  /** Runs an action that uses a server. */
  readonly remote: (work: (session: Session) => Promise<Outcome>) => Promise<void>;
  /** Runs an action that works on this machine only. */
  readonly local: (work: (context: CommandContext) => Promise<Outcome>) => Promise<void>;
  /** Runs a command that handles signals itself. */
  readonly withOwnSignals: (work: () => Promise<Outcome>) => Promise<void>;
}

/** Adds a command to the program. */
export type Declare = (ring: Command, cli: Cli) => void;

/** Commands grouped by purpose. */
export type Groups = readonly (readonly [heading: string, declarations: readonly Declare[]])[];
