/** The arguments and options of `ring doctor`. */
import type { Declare } from '../cli.ts';
import type { DoctorOptions } from '../doctor.ts';
import { withOutput } from '../output-option.ts';
import { withSettings } from './settings.ts';

/** Adds `ring doctor`. */
export const declareDoctor: Declare = (ring, cli) => {
  withOutput(withSettings(ring.command('doctor')))
    .description('check everything that Ring needs on this machine, and say how to fix what is wrong')
    .option('--host <address>', 'where `ring serve` is to listen (RING_HOST, 127.0.0.1)')
    .option('--port <number>', 'where `ring serve` is to listen (RING_PORT, 3030)')
    .addHelpText(
      'after',
      '\nChecks the versions, the settings, the engine with its limits and its clock, the data directory\n' +
        'and the key, memory for files of secrets, disks, and the port. It changes nothing, and takes the\n' +
        'same settings as `ring serve`: run it as the same user, with the same environment.\n\n' +
        'Exits with 1 if something keeps Ring from working; with 0 if there are only warnings.',
    )
    .action((options: DoctorOptions) =>
      cli.local(async (context) => (await import('../doctor.ts')).doctor(context, options)),
    );
};
