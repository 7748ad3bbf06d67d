/** The arguments and options of `ring node`. */
import type { Declare } from '../cli.ts';
import { type OutputOptions, withOutput } from '../output-option.ts';

/** Adds `ring node`. */
export const declareNode: Declare = (ring, cli) => {
  withOutput(ring.command('node'))
    .description('show the machine and its load')
    .action((options: OutputOptions) =>
      cli.remote(async (session) => (await import('../actions/get.ts')).get(session, ['node'], options)),
    );
};
