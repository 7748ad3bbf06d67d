/** The arguments and options of `ring run`. */
import { Option } from 'commander';
import type { Declare } from '../cli.ts';
import type { RunOptions } from '../runs/run.ts';
import { duration } from './numbers.ts';
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
