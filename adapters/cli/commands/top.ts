/** `ring top`: what it takes. */
import { Option } from 'commander';
import type { Declare } from '../cli.ts';
import { withOutput } from '../output-option.ts';
import type { TopOptions } from '../top/top.ts';
import { duration } from './numbers.ts';
import { withNamespace } from './shared.ts';

/** Adds `ring top`. */
export const declareTop: Declare = (ring, cli) => {
  withNamespace(withOutput(ring.command('top')))
    .description('show what deployments or their containers use now')
    .argument('[deployment...]', 'ids: a line for each container; without any: a line for each deployment')
    .option('-w, --watch [duration]', 'again and again, until Ctrl-C (2s)', duration)
    .addOption(
      new Option('--sort <by>', 'the most first, or by name')
        .choices(['cpu', 'memory', 'name'])
        .default('cpu'),
    )
    .addHelpText(
      'after',
      '\n100 % of CPU is one core in full use. Memory is without what the kernel only caches. What was received\n' +
        'and sent counts from when each container joined its network.',
    )
    .action((names: string[], options: TopOptions) =>
      cli.remote(async (session) => (await import('../top/top.ts')).top(session, names, options)),
    );
};
