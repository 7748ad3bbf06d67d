/** What every command has around it, whether it asks a server or not. */
import type { Env } from './environment.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command takes. */
export interface Globals {
  readonly context?: string;
  readonly url?: string;
}

/** What a command has around it. */
export interface CommandContext {
  readonly env: Env;
  readonly terminal: Terminal;
  readonly globals: Globals;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** How an action ends: nothing is 0. */
// biome-ignore lint/suspicious/noConfusingVoidType: an action that says nothing is done.
export type Outcome = ExitCode | void;
