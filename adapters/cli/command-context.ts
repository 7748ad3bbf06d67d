/** Defines the context of every command, whether it uses a server or not. */
import type { Env } from './environment.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command takes. */
export interface Globals {
  readonly context?: string;
  readonly url?: string;
}

/** The context of a command. */
export interface CommandContext {
  readonly env: Env;
  readonly terminal: Terminal;
  readonly globals: Globals;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The result of an action: its exit code, 0 when there is none. */
// biome-ignore lint/suspicious/noConfusingVoidType: an action that says nothing is done.
export type Outcome = ExitCode | void;
