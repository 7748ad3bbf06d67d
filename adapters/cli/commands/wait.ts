/** The arguments and options of `ring wait`. */
import { Option } from 'commander';
import type { Declare } from '../cli.ts';
import type { WaitOptions } from '../wait/wait.ts';
import { duration } from './numbers.ts';
import { withNamespace } from './shared.ts';

/** Adds `ring wait`. */
export const declareWait: Declare = (ring, cli) => {
  withNamespace(ring.command('wait'))
    .description('wait until deployments reach a state')
    .argument('<deployment...>', 'ids; waits for all of them')
    .addOption(
      new Option('--for <state>', 'the state to wait for')
        .choices(['running', 'completed', 'healthy', 'deleted', 'settled'])
        .default('running'),
    )
    .option('--timeout <duration>', 'how long to wait at most; 0s checks once', duration, '5m')
    .addHelpText(
      'after',
      `
  running     every replica runs the declared revision; for a job: its newest run completed
  completed   the rollout of the declared revision has completed, even if a replica has failed since
  healthy     running, and every replica is healthy
  deleted     the deployment and its containers are gone
  settled     running, or failed for good, or gone after it was deleted

Exits with 0 when all deployments have reached the state, with 7 and the reason as soon as one cannot
reach it any more, and with 2 on timeout. Waiting changes nothing.`,
    )
    .action((names: string[], options: WaitOptions) =>
      cli.remote(async (session) => (await import('../wait/wait.ts')).wait(session, names, options)),
    );
};
