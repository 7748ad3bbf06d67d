/** The arguments and options of `ring init`. */
import type { Declare } from '../cli.ts';
import type { InitOptions } from '../init.ts';
import { wholeNumber } from './numbers.ts';

/** Adds `ring init`. */
export const declareInit: Declare = (ring, cli) => {
  ring
    .command('init')
    .description('write a first manifest and settings')
    .argument('[folder]', 'where to', '.')
    .option('--port <number>', 'the port of the server', wholeNumber(1, 65_535), 3030)
    .addHelpText('after', '\nExisting files are not overwritten.')
    .action((folder: string, options: InitOptions) =>
      cli.local(async (context) => (await import('../init.ts')).init(context, folder, options)),
    );
};
