/** Does the same for several things, one after the other: one that fails is reported and does not stop the others. */
import { type ExitCode, exits } from './exit-codes.ts';
import { tell } from './failure.ts';
import type { Session } from './session.ts';

/** Several things to do for one command. */
export interface Each {
  /** Does one of them; a failure is printed at once, with its name. Whether it was done. An interrupted command rejects. */
  readonly attempt: (name: string, work: () => Promise<void>) => Promise<boolean>;
  /** The exit code of the first that failed; 0 where none did. */
  readonly exit: () => ExitCode;
}

/** Starts with nothing done. */
export const makeEach = ({ terminal, signal, url }: Pick<Session, 'terminal' | 'signal' | 'url'>): Each => {
  let first: ExitCode | null = null;
  return {
    async attempt(name, work) {
      try {
        await work();
        return true;
      } catch (error) {
        if (signal.aborted) throw error;
        const { lines, exit } = tell(error, url);
        for (const line of lines) terminal.note(`ring: ${name}: ${line}`);
        first ??= exit;
        return false;
      }
    },
    exit: () => first ?? exits.ok,
  };
};
