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
    .description('run a job now, show what it writes, and end as it does')
    .argument('<job>', 'the id of a deployment of kind job')
    .argument('[command...]', 'other words than its own, after --')
    .option('-e, --env <variable>', 'NAME=value, or NAME for what it is here; may be given again', collect)
    .option('-d, --detach', 'begin it and end, without waiting')
    .option('--timeout <duration>', 'wait for so long at most; the run goes on', duration)
    .addOption(
      new Option('-o, --output <format>', 'json prints an object a line')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
  ring run migrate                        as it is declared
  ring run migrate -e STEP=2 -- sh -c 'echo $STEP'

What it writes goes to stdout, everything else to stderr. Exits with 0 when it completed, 7 when it
failed or was cancelled, 2 when the time is up. Ctrl-C leaves it running.`,
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
    .description('list the runs of a job, show one, or end one')
    .argument('<job>', 'the id of a deployment of kind job')
    .argument('[number]', 'one run, with its parts', wholeNumber(1, 1_000_000_000))
    .option('--limit <number>', 'the newest so many (50)', wholeNumber(1, 1000))
    .option('--cancel', 'end the run of this number before its time')
    .addHelpText('after', '\n`ring logs <job> --run <number>` prints what a run wrote.')
    .action((name: string, number: number | undefined, options: RunsOptions) =>
      cli.remote(async (session) =>
        (await import('../runs/runs.ts')).runs(session, { name, number }, options),
      ),
    );
};
