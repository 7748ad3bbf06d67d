/** `ring apply`: what it takes. */
import type { Declare } from '../cli.ts';
import type { ApplyOptions } from '../manifest/apply.ts';
import { withOutput } from '../output-option.ts';
import { withManifests } from './manifest-options.ts';
import { duration } from './numbers.ts';

/** Adds `ring apply`. */
export const declareApply: Declare = (ring, cli) => {
  withOutput(withManifests(ring.command('apply')))
    .description('make what manifests declare so: all of it or nothing')
    .option('-w, --wait', 'until all of it runs or has completed, or one of it failed')
    .option('--timeout <duration>', 'for so long at most', duration, '10m')
    .option('--dry-run', 'only tell what would be done')
    .option('--prune <selector>', 'delete deployments of these namespaces that match and are not declared')
    .addHelpText(
      'after',
      `
With --wait it ends as soon as all has come (0), one has failed (7, with the reason and its last lines),
or the time is up (2). What served before goes on serving, and what is under way goes on without it.

  ring apply -f app.yaml --wait
  ring apply -f deploy/ --env-file production.env --prune app=shop`,
    )
    .action((options: ApplyOptions) =>
      cli.remote(async (session) => (await import('../manifest/apply.ts')).apply(session, options)),
    );
};
