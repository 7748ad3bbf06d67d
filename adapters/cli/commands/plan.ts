/** The arguments and options of `ring plan`, also called `ring diff`. */
import type { Declare } from '../cli.ts';
import type { PlanOptions } from '../manifest/plan.ts';
import { withOutput } from '../output-option.ts';
import { withManifests } from './manifest-options.ts';

/** Adds `ring plan`. */
export const declarePlan: Declare = (ring, cli) => {
  withOutput(withManifests(ring.command('plan').alias('diff')))
    .description('show what applying manifests would change, without changing anything')
    .option('--prune <selector>', 'as in ring apply')
    .addHelpText('after', '\nExits with 0 when there is nothing to do, and 2 when there is.')
    .action((options: PlanOptions) =>
      cli.remote(async (session) => (await import('../manifest/plan.ts')).plan(session, options)),
    );
};
