/** `ring doctor`: what it takes. */
import type { Declare } from '../cli.ts';
import type { DoctorOptions } from '../doctor.ts';
import { withOutput } from '../output-option.ts';
import { withSettings } from './settings.ts';

/** Adds `ring doctor`. */
export const declareDoctor: Declare = (ring, cli) => {
  withOutput(withSettings(ring.command('doctor')))
    .description('look at all that Ring needs on this machine, and say what to do where something is wrong')
    .option('--host <address>', 'where `ring serve` is to listen (RING_HOST, 127.0.0.1)')
    .option('--port <number>', 'where `ring serve` is to listen (RING_PORT, 3030)')
    .addHelpText(
      'after',
      '\nLooks at the versions, the settings, the engine with its limits and its clock, the data directory\n' +
        'and the key, memory for files of secrets, disks, and the port. It changes nothing, and takes the\n' +
        'same settings as `ring serve`: run it as the same user, with the same environment.\n\n' +
        'Exits with 1 where something keeps Ring from its work; warnings alone are 0.',
    )
    .action((options: DoctorOptions) =>
      cli.local(async (world) => (await import('../doctor.ts')).doctor(world, options)),
    );
};
