/** How a command ends by an error of its own: with a line in the log instead of a stack on the screen. */
import type { Log } from '../../core/ports.ts';

/** Logs what nobody caught and exits with 1; whoever watches over the process starts it again. */
export const sayLastWords = (log: Log): void => {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.error('Ring ends by an error of its own', { error });
      process.exit(1);
    });
  }
};
