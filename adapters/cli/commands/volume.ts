/** The arguments and options of `ring volume`. */

import type { CreateVolumeOptions } from '../actions/volume.ts';
import type { Declare } from '../cli.ts';
import { withOutput } from '../output-option.ts';
import { withDelete, withList } from './list-of.ts';

/** Adds `ring volume`. */
export const declareVolume: Declare = (ring, cli) => {
  const volume = ring.command('volume').description('manage the named volumes that Ring created');
  const noun = { kind: 'volume', command: volume, isNamespaced: false };
  withList(noun, cli);
  withDelete(noun, cli);
  withOutput(volume.command('create'))
    .description('create a volume before its first use')
    .argument('<name>')
    .option('--driver <name>', "the engine's driver")
    .option('--opt <key=value...>', 'options of the driver')
    .option('--label <key=value...>', 'labels')
    .action((name: string, options: CreateVolumeOptions) =>
      cli.remote(async (session) =>
        (await import('../actions/volume.ts')).createVolume(session, name, options),
      ),
    );
};
