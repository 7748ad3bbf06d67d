/**
 * What a command of `ring` is made of. To add one: a file `commands/<noun>.ts` exports `declare<Noun>`, a Declare that
 * only declares arguments and options (it runs at every start, so it imports nothing heavy) and hands the
 * work to `cli.remote` (asks a server: gets a Session) or `cli.local` (does not: gets a CommandContext), with the action itself
 * loaded by `await import('../actions/<noun>.ts')`; it is listed in commands/all.ts. An action prints data with `session.terminal`
 * or print.ts, throws CommandError or lets the client's errors through, and resolves to an exit code other than 0 where
 * there is one. `commands/scale.ts` and `actions/scale.ts` are the shortest example, tests/e2e/cli-scale.test.ts their test.
 */
import type { Command } from 'commander';
import type { CommandContext, Outcome } from './command-context.ts';
import type { Session } from './session.ts';

/** What runs the actions of commands, ends the process with their exit codes and prints their failures. */
export interface Cli {
  /** For what asks a server. */
  readonly remote: (work: (session: Session) => Promise<Outcome>) => Promise<void>;
  /** For what works on this machine. */
  readonly local: (work: (context: CommandContext) => Promise<Outcome>) => Promise<void>;
  /** For a command that handles signals itself. */
  readonly withOwnSignals: (work: () => Promise<Outcome>) => Promise<void>;
}

/** Adds a command to the program. */
export type Declare = (ring: Command, cli: Cli) => void;

/** Commands by what they are for. */
export type Groups = readonly (readonly [heading: string, declarations: readonly Declare[]])[];
