/** `ring scale`: what it takes. */
import type { Declare } from '../cli.ts';
import type { ScaleOptions } from '../nouns/scale.ts';
import { withOutput } from '../output-option.ts';
import { withNamespace, withWait } from './shared.ts';

/** Adds `ring scale`. */
export const declareScale: Declare = (ring, cli) => {
  withWait(withNamespace(withOutput(ring.command('scale'))))
    .description('set how many replicas deployments have')
    .argument('<deployment=replicas...>', 'as in web=5 api=2; of one deployment also: web 5')
    .addHelpText('after', '\nScaling makes no new revision: replicas that run stay as they are.')
    .action((wanted: string[], options: ScaleOptions) =>
      cli.remote(async (session) => (await import('../nouns/scale.ts')).scale(session, wanted, options)),
    );
};
