/** The arguments and options of `ring runs`. */
import type { Declare } from '../cli.ts';
import { withOutput } from '../output-option.ts';
import type { RunsOptions } from '../runs/runs.ts';
import { wholeNumber } from './numbers.ts';
import { withNamespace } from './shared.ts';

/** Adds `ring runs`. */
export const declareRuns: Declare = (ring, cli) => {
  withNamespace(withOutput(ring.command('runs')))
    .description('list the runs of a job, show one, or cancel one')
    .argument('<job>', 'the id of a deployment of kind job')
    .argument('[number]', 'one run, with its parts', wholeNumber(1, 1_000_000_000))
    .option('--limit <number>', 'how many, newest first (50)', wholeNumber(1, 1000))
    .option('--cancel', 'cancel the run of this number')
    .addHelpText('after', '\n`ring logs <job> --run <number>` prints what a run wrote.')
    .action((name: string, number: number | undefined, options: RunsOptions) =>
      cli.remote(async (session) =>
        (await import('../runs/runs.ts')).runs(session, { name, number }, options),
      ),
    );
};
