/**
 * Runs the actions of commands: ends the process with their exit code and prints a failure in a line. Ctrl-C and a
 * closed stdout end a command in a controlled way.
 */
import type { Cli } from './cli.ts';
import type { CommandContext, Globals, Outcome } from './command-context.ts';
import type { Env } from './environment.ts';
import { type ExitCode, exits } from './exit-codes.ts';
import { tell } from './failure.ts';
import { makeTerminal, type Terminal } from './terminal.ts';

// How long an interrupted action may take to report what continues without it, in ms.
const lastWordsMs = 1_000;

/** What a runner needs. */
export interface RunnerOptions {
  readonly env: Env;
  /** Returns the global options; called when a command runs, because they are parsed only then. */
  readonly globals: () => Globals;
}

/** Makes the runner. */
export const makeRunner = ({ env, globals }: RunnerOptions): Cli => {
  const terminal = makeTerminal(process, env);
  const local: Cli['local'] = (work) =>
    end(terminal, null, async () => {
      leaveQuietly();
      const signal = interruptible();
      return guarded(signal, () => work({ env, terminal, globals: globals(), signal }));
    });
  return {
    local,
    withOwnSignals: (work) => end(terminal, null, work),
    remote: (work) =>
      local(async (context) => {
        const { openSession } = await import('./session.ts');
        const session = await openSession(context);
        return end(terminal, session.url, () => guarded(context.signal, () => work(session)));
      }),
  };
};

async function end(terminal: Terminal, url: string | null, work: () => Promise<Outcome>): Promise<never> {
  try {
    return process.exit((await work()) ?? exits.ok);
  } catch (error) {
    const { lines, exit } = tell(error, url);
    for (const line of lines) terminal.note(`ring: ${line}`);
    return process.exit(exit);
  }
}

/** Resolves to the action's outcome, or to that of an interrupt; an interrupted action's own outcome is ignored. */
async function guarded(signal: CommandContext['signal'], work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    const outcome = await work();
    return signal.aborted ? exits.interrupted : outcome;
  } catch (error) {
    if (signal.aborted) return exits.interrupted;
    throw error;
  }
}

/**
 * Returns a signal that the first Ctrl-C aborts; the second one ends the process at once, and an action that ignores
 * the first one is ended as well.
 */
function interruptible(): AbortSignal {
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    process.once('SIGINT', () => process.exit(exits.interrupted satisfies ExitCode));
    setTimeout(() => process.exit(exits.interrupted), lastWordsMs);
    interrupted.abort();
  });
  return interrupted.signal;
}

/** Exits without a message when the reader of the data has closed the pipe, as in `ring get | head -1`. */
function leaveQuietly(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? exits.ok : exits.error);
    });
  }
}
