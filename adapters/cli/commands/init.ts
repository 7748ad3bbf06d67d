/** `ring init`: what it takes. */
import type { Declare } from '../cli.ts';
import type { InitOptions } from '../init.ts';
import { wholeNumber } from './numbers.ts';

/** Adds `ring init`. */
export const declareInit: Declare = (ring, cli) => {
  ring
    .command('init')
    .description('write a manifest and settings to begin with')
    .argument('[folder]', 'where to', '.')
    .option('--port <number>', 'where the server is to listen', wholeNumber(1, 65_535), 3030)
    .addHelpText('after', '\nNothing that is there is overwritten.')
    .action((folder: string, options: InitOptions) =>
      cli.local(async (world) => (await import('../init.ts')).init(world, folder, options)),
    );
};
