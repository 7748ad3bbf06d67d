/** The arguments and options of `ring serve`. */
import type { Declare } from '../cli.ts';
import type { SettingsInput } from '../serve.ts';
import { withSettings } from './settings.ts';

/** Adds `ring serve`. */
export const declareServe: Declare = (ring, cli) => {
  withSettings(ring.command('serve'))
    .description('serve the API and keep what is declared running')
    .option('--host <address>', 'where to listen (RING_HOST, 127.0.0.1)')
    .option('--port <number>', 'where to listen (RING_PORT, 3030)')
    .option('--interval <duration>', 'between two looks at the engine (RING_INTERVAL, 10s)')
    .action((flags: SettingsInput) =>
      cli.withOwnSignals(async () => (await import('../serve.ts')).serve(flags)),
    );
};
