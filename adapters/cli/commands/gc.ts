/** The arguments and options of `ring gc`. */

import type { GcOptions } from '../actions/gc.ts';
import type { Declare } from '../cli.ts';
import { withOutput } from '../output-option.ts';

/** Adds `ring gc`. */
export const declareGc: Declare = (ring, cli) => {
  withOutput(ring.command('gc'))
    .description('remove unused images that Ring pulled, unused networks and old events')
    .option('--dry-run', 'only show what would be removed now, and what later')
    .action((options: GcOptions) =>
      cli.remote(async (session) => (await import('../actions/gc.ts')).gc(session, options)),
    );
};
