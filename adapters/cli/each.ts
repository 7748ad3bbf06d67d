/**
 * Does the same for several items, one after the other: a failed one is reported and does not stop the others. The
 * caller decides what is done.
 */
import { type ExitCode, exits } from './exit-codes.ts';
import { tell } from './failure.ts';
import type { Session } from './session.ts';

/** A command's work on several items. */
export interface Each {
  /**
   * Processes one item and resolves to whether it succeeded; a failure is printed at once with its name. Rejects when
   * the command is interrupted.
   */
  readonly attempt: (name: string, work: () => Promise<void>) => Promise<boolean>;
  /** Returns the exit code of the first failure; 0 when there was none. */
  readonly exit: () => ExitCode;
}

/** Makes an Each; no item is processed yet. */
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
