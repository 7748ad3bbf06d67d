/** `ring version`: prints the version. */
import type { Declare } from '../cli.ts';
import { readVersion } from '../version.ts';

/** Adds `ring version`. */
export const declareVersion: Declare = (ring, cli) => {
  ring
    .command('version')
    .description('print the version')
    .action(() => cli.local(async ({ terminal }) => terminal.line(readVersion())));
};
