/** The arguments and options of `ring apply`. */
import type { Declare } from '../cli.ts';
import type { ApplyOptions } from '../manifest/apply.ts';
import { withOutput } from '../output-option.ts';
import { withManifests } from './manifest-options.ts';
import { duration } from './numbers.ts';

/** Adds `ring apply`. */
export const declareApply: Declare = (ring, cli) => {
  withOutput(withManifests(ring.command('apply')))
    .description('create or change what manifests declare, all of it or nothing')
    .option('-w, --wait', 'wait until everything runs or has completed, or something failed')
    .option('--timeout <duration>', 'how long to wait at most', duration, '10m')
    .option('--dry-run', 'only show what would be done')
    .option(
      '--prune <selector>',
      'also delete deployments in these namespaces that match and are not declared',
    )
    .addHelpText(
      'after',
      `
With --wait it exits when everything is ready (0), as soon as something failed or was deleted (7, with the
reason and its last log lines), or on timeout (2). A rollout continues either way, and the previous
revision serves until the new one is ready.

  ring apply -f app.yaml --wait
  ring apply -f deploy/ --env-file production.env --prune app=shop`,
    )
    .action((options: ApplyOptions) =>
      cli.remote(async (session) => (await import('../manifest/apply.ts')).apply(session, options)),
    );
};
