/**
 * Runs the actions of commands: ends the process with their exit code, tells a failure in a line, and makes Ctrl-C and a
 * reader that has gone an end like any other.
 */
import type { Cli } from './cli.ts';
import type { CommandContext, Globals, Outcome } from './command-context.ts';
import type { Env } from './environment.ts';
import { type ExitCode, exits } from './exit-codes.ts';
import { tell } from './failure.ts';
import { makeTerminal, type Terminal } from './terminal.ts';

// How long an action that was interrupted may take to say what goes on without it.
const lastWordsMs = 1_000;

/** What a runner needs of the process. */
export interface RunnerOptions {
  readonly env: Env;
  /** Read when a command runs: only then have they been parsed. */
  readonly globals: () => Globals;
}

/** Makes what runs the actions. */
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

/** The action's outcome, or that of being interrupted: what an action then says of it is its own matter. */
async function guarded(signal: CommandContext['signal'], work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    const outcome = await work();
    return signal.aborted ? exits.interrupted : outcome;
  } catch (error) {
    if (signal.aborted) return exits.interrupted;
    throw error;
  }
}

/** Aborted by the first Ctrl-C; the second one ends at once, and so does an action that does not heed the first. */
function interruptible(): AbortSignal {
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    process.once('SIGINT', () => process.exit(exits.interrupted satisfies ExitCode));
    setTimeout(() => process.exit(exits.interrupted), lastWordsMs);
    interrupted.abort();
  });
  return interrupted.signal;
}

/** Whoever read the data has had enough, as in `ring get | head -1`: there is nothing left to do, and nothing to say. */
function leaveQuietly(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? exits.ok : exits.error);
    });
  }
}
