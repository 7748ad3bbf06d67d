/** The arguments and options of `ring top`. */
import { Option } from 'commander';
import type { Declare } from '../cli.ts';
import { withOutput } from '../output-option.ts';
import type { TopOptions } from '../top/top.ts';
import { duration } from './numbers.ts';
import { withNamespace } from './shared.ts';

/** Adds `ring top`. */
export const declareTop: Declare = (ring, cli) => {
  withNamespace(withOutput(ring.command('top')))
    .description('show the CPU, memory and network use of deployments or their containers')
    .argument('[deployment...]', 'ids, for a line per container; by default a line per deployment')
    .option('-w, --watch [duration]', 'refresh until Ctrl-C (2s)', duration)
    .addOption(
      new Option('--sort <by>', 'highest first, or by name')
        .choices(['cpu', 'memory', 'name'])
        .default('cpu'),
    )
    .addHelpText(
      'after',
      '\n100 % of CPU is one fully used core. Memory excludes the page cache. Received and sent bytes count from\n' +
        'when each container joined its network.',
    )
    .action((names: string[], options: TopOptions) =>
      cli.remote(async (session) => (await import('../top/top.ts')).top(session, names, options)),
    );
};
