/** `ring wait`: what it takes. */
import { Option } from 'commander';
import type { Declare } from '../cli.ts';
import type { WaitOptions } from '../wait/wait.ts';
import { duration } from './numbers.ts';
import { withNamespace } from './shared.ts';

/** Adds `ring wait`. */
export const declareWait: Declare = (ring, cli) => {
  withNamespace(ring.command('wait'))
    .description('wait until deployments stand as asked')
    .argument('<deployment...>', 'ids; all of them are waited for')
    .addOption(
      new Option('--for <state>', 'what is waited for')
        .choices(['running', 'completed', 'healthy', 'deleted', 'settled'])
        .default('running'),
    )
    .option('--timeout <duration>', 'for so long at most; 0s looks once', duration, '5m')
    .addHelpText(
      'after',
      `
  running     what is declared now serves in every replica; of a job, its newest run completed
  completed   the same, whatever became of it since
  healthy     running, and nothing is wrong with any replica
  deleted     nothing of it is left
  settled     it has come, or failed for good; what is deleted is gone

Exits with 0 when all are so, 7 as soon as one cannot be so any more, with the reason, and 2 when the
time is up. Waiting changes nothing: what is under way goes on.`,
    )
    .action((names: string[], options: WaitOptions) =>
      cli.remote(async (session) => (await import('../wait/wait.ts')).wait(session, names, options)),
    );
};
