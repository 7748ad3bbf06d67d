/** The arguments and options of `ring scale`. */

import type { ScaleOptions } from '../actions/scale.ts';
import type { Declare } from '../cli.ts';
import { withOutput } from '../output-option.ts';
import { withNamespace, withWait } from './shared.ts';

/** Adds `ring scale`. */
export const declareScale: Declare = (ring, cli) => {
  withWait(withNamespace(withOutput(ring.command('scale'))))
    .description('set the number of replicas of deployments')
    .argument('<deployment=replicas...>', 'such as web=5 api=2; for a single deployment also: web 5')
    .addHelpText('after', '\nScaling creates no new revision and does not restart running replicas.')
    .action((wanted: string[], options: ScaleOptions) =>
      cli.remote(async (session) => (await import('../actions/scale.ts')).scale(session, wanted, options)),
    );
};
