/** The arguments and options of `ring reconcile`. */
import type { Declare } from '../cli.ts';
import type { SettingsInput } from '../serve.ts';
import { withSettings } from './settings.ts';

/** Adds `ring reconcile`. */
export const declareReconcile: Declare = (ring, cli) => {
  withSettings(ring.command('reconcile'))
    .description('reconcile once, without a server, and exit')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', '\nExits with 0 converged, 2 not yet, 3 another process is at it, 1 failed.')
    .action(({ json = false, ...flags }: SettingsInput & { json?: boolean }) =>
      cli.withOwnSignals(async () => (await import('../reconcile.ts')).reconcile(flags, json)),
    );
};
