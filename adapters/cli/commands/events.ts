/** `ring events`: what it takes. */
import { Option } from 'commander';
import type { Declare } from '../cli.ts';
import type { EventsOptions } from '../events/events.ts';
import { withOutput } from '../output-option.ts';
import { wholeNumber } from './numbers.ts';
import { withNamespace } from './shared.ts';

/** Adds `ring events`. */
export const declareEvents: Declare = (ring, cli) => {
  withNamespace(withOutput(ring.command('events')))
    .description('show what happened to deployments, or follow what happens')
    .argument('[deployment...]', 'ids; without any: all deployments, or with -n those of a namespace')
    .option('-f, --follow', 'go on with what happens, until Ctrl-C or until the one deployment named is gone')
    .addOption(
      new Option('--level <level>', 'only those of this level').choices(['info', 'warning', 'error']),
    )
    .option('--limit <number>', 'the newest so many (50)', wholeNumber(1, 1000))
    .addHelpText(
      'after',
      '\nWhat happens again is counted: a follower is told of it again, with the count. With -f, json prints an\n' +
        'object a line. A follower stays over a restart of the server and misses nothing that is kept.',
    )
    .action((names: string[], options: EventsOptions) =>
      cli.remote(async (session) => (await import('../events/events.ts')).events(session, names, options)),
    );
};
