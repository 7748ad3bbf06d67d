/** The arguments and options of `ring events`. */
import { Option } from 'commander';
import type { Declare } from '../cli.ts';
import type { EventsOptions } from '../events/events.ts';
import { withOutput } from '../output-option.ts';
import { wholeNumber } from './numbers.ts';
import { withNamespace } from './shared.ts';

/** Adds `ring events`. */
export const declareEvents: Declare = (ring, cli) => {
  withNamespace(withOutput(ring.command('events')))
    .description('show the events of deployments, or follow them')
    .argument('[deployment...]', 'ids; by default all deployments, or with -n those of a namespace')
    .option('-f, --follow', 'follow new events, until Ctrl-C or until the one named deployment is gone')
    .addOption(
      new Option('--level <level>', 'only events of this level').choices(['info', 'warning', 'error']),
    )
    .option('--limit <number>', 'how many, newest first (50)', wholeNumber(1, 1000))
    .addHelpText(
      'after',
      '\nAn event that repeats is counted; with -f it is printed again with its count, and json prints one\n' +
        'object per line. With -f, the command reconnects when the server restarts and misses no stored event.',
    )
    .action((names: string[], options: EventsOptions) =>
      cli.remote(async (session) => (await import('../events/events.ts')).events(session, names, options)),
    );
};
