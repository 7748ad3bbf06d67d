/** Ends a process after an uncaught error: with a line in the log instead of a stack on the screen. */
import type { Log } from '../../core/ports.ts';

/** Logs uncaught errors and exits with 1; the service manager restarts the process. */
export const sayLastWords = (log: Log): void => {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.error('Ring ends by an error of its own', { error });
      process.exit(1);
    });
  }
};
