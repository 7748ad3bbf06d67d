/** `ring run` and `ring runs`: what they take. */
import { Option } from 'commander';
import type { Declare } from '../cli.ts';
import { withOutput } from '../output-option.ts';
import type { RunOptions } from '../runs/run.ts';
import type { RunsOptions } from '../runs/runs.ts';
import { duration, wholeNumber } from './numbers.ts';
import { withNamespace } from './shared.ts';

const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

/** Adds `ring run`. */
export const declareRun: Declare = (ring, cli) => {
  withNamespace(ring.command('run'))
    .description('run a job now, show its output, and exit with its result')
    .argument('<job>', 'the id of a deployment of kind job')
    .argument('[command...]', 'a command to run instead of the declared one, after --')
    .option('-e, --env <variable>', 'NAME=value, or NAME for its value here; may be repeated', collect)
    .option('-d, --detach', 'start the run and exit without waiting')
    .option('--timeout <duration>', 'how long to wait at most; the run continues', duration)
    .addOption(
      new Option('-o, --output <format>', 'json prints one object per line')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
  ring run migrate                        with its declared command
  ring run migrate -e STEP=2 -- sh -c 'echo $STEP'

Its output goes to stdout, everything else to stderr. Exits with 0 when it completed, 7 when it
failed or was cancelled, 2 on timeout. Ctrl-C leaves it running.`,
    )
    .action((name: string, command: string[], options: RunOptions) =>
      cli.remote(async (session) =>
        (await import('../runs/run.ts')).run(session, { name, command }, options),
      ),
    );
};

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
