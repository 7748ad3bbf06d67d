/** The arguments and options of `ring logs`. */
import { Option } from 'commander';
import type { Declare } from '../cli.ts';
import type { LogsOptions } from '../logs/logs.ts';
import { wholeNumber } from './numbers.ts';
import { withNamespace } from './shared.ts';

/** Adds `ring logs`. */
export const declareLogs: Declare = (ring, cli) => {
  withNamespace(ring.command('logs'))
    .description('print the logs of containers, or follow them')
    .argument('<deployment...>', 'ids; the lines of several are merged by time')
    .option('-f, --follow', 'follow new lines, across restarts and rollouts, until the deployment is gone')
    .option(
      '--tail <lines>',
      'how many of the newest lines of each deployment (1000)',
      wholeNumber(0, 10_000),
    )
    .option('--since <time>', 'only newer lines: 10m, 2h, or a time such as 2026-01-31T12:00:00Z')
    .option('-p, --previous', 'the lines of the previous container: why it ended')
    .option('-c, --container <replica>', "one of them: a replica's number, a container's name or id")
    .option('--run <number>', 'the lines of one run of a job', wholeNumber(1, 1_000_000_000))
    .option('-t, --timestamps', 'begin each line with its timestamp')
    .option('--prefix', 'begin each line with deployment and replica, also for a single one')
    .option('--no-prefix', 'never begin lines with deployment and replica')
    .addOption(
      new Option('-o, --output <format>', 'json prints one object per line, with stream and container')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      '\nBoth streams of a container go to stdout. A follower stays over a restart of the server and goes on\n' +
        'where it was; a run that is followed ends it by its own end.',
    )
    .action((names: string[], options: LogsOptions) =>
      cli.remote(async (session) => (await import('../logs/logs.ts')).logs(session, names, options)),
    );
};
